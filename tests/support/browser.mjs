// Debian's Chromium, headless, with a fresh profile and no talk of its own to the network.

import { chromium } from "playwright-core";

const options = {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-first-run", "--disable-background-timer-throttling", "--disable-renderer-backgrounding"],
};

export const launchBrowser = () => chromium.launch(options);

/// A browser that can be killed: `{browser, kill()}`, where nothing is said to anybody before it dies.
export async function launchMortalBrowser() {
    const server = await chromium.launchServer(options);
    const browser = await chromium.connect(server.wsEndpoint());
    return { browser, kill: () => server.kill() };
}

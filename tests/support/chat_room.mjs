// The chat room in tests: its server as a process, and the people who sit before its page, seen as a reader of the screen
// sees it: by roles, labels and text.
//
//   CHAT_SERVER   the command to start (default: the release binary); gets --host, --port and --recovery

import { AppServer, appCommand } from "./app_server.mjs";
import { until } from "./wait.mjs";

export class ChatServer extends AppServer {
    constructor() { super(appCommand("chat", "partyline_chat", "CHAT_SERVER")); }
    start({ recovery = 60 } = {}) { return super.start("--recovery", recovery); }
}

/// Somebody at the page.
export class Person {
    /// `port` is the server's or a relay's; `context` are options of the browser: size, colour scheme.
    static async arrive(browser, port, name, context = {}) {
        const person = new Person();
        person.name = name;
        person.context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...context });
        person.page = await person.context.newPage();
        person.errors = [];
        person.page.on("pageerror", (error) => person.errors.push(error.message));
        person.page.on("console", (message) => {
            if (/Content Security Policy/.test(message.text())) person.errors.push(message.text());
        });
        await person.page.goto(`http://127.0.0.1:${port}/`);
        if (name) await person.logOn(name);
        return person;
    }

    async logOn(name) {
        await this.page.getByLabel("Your name").fill(name);
        await this.page.keyboard.press("Enter");
        await this.page.getByRole("textbox", { name: "Message" }).waitFor();
    }

    get log() { return this.page.locator("[role=log]:visible"); }

    async say(text) {
        const field = this.page.getByRole("textbox", { name: "Message" });
        await field.fill(text);
        await field.press("Enter");
    }

    /// What was said in the open conversation, in order: from the log, without what is still on its way.
    said() { return this.page.$$eval("section:not([hidden]) [role=log] .bubble p", (all) => all.map((one) => one.textContent)); }
    /// The lines that nobody wrote: who came, who left.
    notes() { return this.page.$$eval("section:not([hidden]) [role=log] .note", (all) => all.map((one) => one.textContent)); }
    underway() { return this.page.$$eval("section:not([hidden]) .underway .bubble p", (all) => all.map((one) => one.textContent)); }
    ticks() { return this.page.$$eval("section:not([hidden]) [role=log] .own .tick", (all) => all.map((one) => one.getAttribute("aria-label"))); }
    line() { return this.page.getByRole("status").first().textContent(); }
    here() { return this.page.getByRole("list", { name: "Who is here" }).locator(".label").allTextContents(); }

    hears(text, ms = 5000) { return until(async () => (await this.said()).includes(text), `${this.name} to hear '${text}'`, ms); }
    reads(note, ms = 5000) { return until(async () => (await this.notes()).includes(note), `${this.name} to read '${note}'`, ms); }
    sees(line, ms) { return until(async () => (await this.line()).startsWith(line), `${this.name} to see the line '${line}'`, ms); }

    open(conversation) { return this.page.getByRole("navigation").getByRole("button", { name: conversation }).click(); }

    async joinRoom(name) {
        await this.page.getByLabel("Name of a new room").fill(name);
        await this.page.keyboard.press("Enter");
    }

    leave() { return this.context.close(); }
}

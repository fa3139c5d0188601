// The chat room in real Chromium, three people in it, through the whole story: coming, speaking, rooms, pictures, leaving, and
// what happens when the network goes silent. Each test has a server and people of its own.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { launchBrowser, launchMortalBrowser } from "../support/browser.mjs";
import { ChatServer, Person } from "../support/chat_room.mjs";
import { Relay } from "../support/relay.mjs";
import { pause, until } from "../support/wait.mjs";

let browser;
before(async () => { browser = await launchBrowser(); });
after(() => browser?.close());

/// Runs the story with a server of its own, and sees to it that no page ended with an error and that the server ends well.
async function inTheRoom(story, options = {}) {
    const server = await new ChatServer().start(options);
    const people = [];
    const relays = [];
    const arrive = async (name, { port = server.port, within = browser, ...context } = {}) => {
        const person = await Person.arrive(within, port, name, context);
        people.push(person);
        return person;
    };
    const relay = async () => {
        relays.push(await new Relay().start(server.port));
        return relays.at(-1);
    };
    try {
        await story({ arrive, relay, server });
        for (const person of people) assert.deepEqual(person.errors, [], `errors on the page of ${person.name}`);
    } finally {
        for (const person of people) await person.leave().catch(() => {});
        for (const one of relays) one.stop();
        const { code } = await server.stop();
        assert.equal(code, 0, "the server's exit status");
    }
}

const three = async (arrive) => {
    const ada = await arrive("Ada");
    const bob = await arrive("Bob");
    const cleo = await arrive("Cleo");
    await ada.reads("Cleo came in.");
    return [ada, bob, cleo];
};

const sameForAll = async (people, expected, ms) => {
    for (const person of people) {
        await until(async () => (await person.said()).length >= expected.length, `${person.name} to have ${expected.length} messages`, ms);
    }
    await pause(300); // a repetition would come after, not before
    for (const person of people) assert.deepEqual(await person.said(), expected, `what ${person.name} sees`);
};

const paint = (page, width, height) => page.evaluate(([width, height]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    context.fillStyle = "#2a7f62";
    context.fillRect(0, 0, width, height);
    return canvas.toDataURL("image/png").split(",")[1];
}, [width, height]).then((text) => Buffer.from(text, "base64"));

describe("the chat room", { concurrency: 2 }, () => {
    test("the newcomer alone is greeted, the others hear of it", () => inTheRoom(async ({ arrive }) => {
        const [ada, bob, cleo] = await three(arrive);
        await cleo.reads("Welcome, Cleo: you are on the line.");
        await bob.reads("Cleo came in.");
        assert.deepEqual(await ada.notes(), ["Welcome, Ada: you are on the line.", "Bob came in.", "Cleo came in."]);
        assert.deepEqual(await cleo.notes(), ["Welcome, Cleo: you are on the line."]);
        for (const person of [ada, bob, cleo]) assert.deepEqual((await person.here()).sort(), ["Ada", "Bob", "Cleo"]);
    }));

    test("a message reaches all, its sender included, and gets its tick", () => inTheRoom(async ({ arrive }) => {
        const people = await three(arrive);
        await people[0].say("Good morning");
        await people[1].hears("Good morning");
        await people[1].say("Good morning, Ada");
        await people[2].hears("Good morning, Ada");
        await sameForAll(people, ["Good morning", "Good morning, Ada"]);
        await until(async () => (await people[0].ticks()).join() === "Delivered", "the tick");
        assert.deepEqual(await people[0].underway(), []);
    }));

    test("others see who is typing, and the typist does not", () => inTheRoom(async ({ arrive }) => {
        const [ada, bob, cleo] = await three(arrive);
        await bob.page.getByRole("textbox", { name: "Message" }).pressSequentially("He");
        for (const person of [ada, cleo]) await person.page.getByText("Bob is typing…").waitFor();
        assert.equal(await bob.page.locator("#typing").textContent(), "");
        await bob.say("Hello");
        await ada.hears("Hello");
        await until(async () => (await ada.page.locator("#typing").textContent()) === "", "the typing to end");
    }));

    test("a room is heard by those who joined it", () => inTheRoom(async ({ arrive }) => {
        const [ada, bob, cleo] = await three(arrive);
        await ada.joinRoom("garden");
        await bob.open(/garden/);
        await until(async () => (await ada.page.locator("#subtitle").textContent()) === "A room with 2 people", "two people in the room");
        await ada.say("Among us gardeners");
        await bob.hears("Among us gardeners");
        await bob.say("The roses are late");
        await ada.hears("The roses are late");
        assert.deepEqual(await cleo.said(), []);
        await ada.open(/Everybody/);
        assert.deepEqual(await ada.said(), []);
        await ada.open(/garden/);
        await ada.page.getByRole("button", { name: "Leave room" }).click();
        await until(async () => (await bob.page.locator("#subtitle").textContent()) === "A room with 1 person", "one person in the room");
        await bob.say("Alone with the roses");
        await bob.hears("Alone with the roses");
        assert.ok(!(await ada.said()).includes("Alone with the roses"));
    }));

    test("a private message is for two, and counted until it is read", () => inTheRoom(async ({ arrive }) => {
        const [ada, bob, cleo] = await three(arrive);
        await ada.open(/^Bob/);
        await ada.say("Between us");
        await ada.hears("Between us");
        const entry = bob.page.getByRole("navigation").getByRole("button", { name: /Ada.*1 *unread/ });
        await entry.waitFor();
        await until(async () => (await bob.page.title()) === "(1) Partyline", "the count in the title");
        await entry.click();
        await bob.hears("Between us");
        await until(async () => (await bob.page.title()) === "Partyline", "the count to go");
        await bob.say("Nobody else knows");
        await ada.hears("Nobody else knows");
        assert.deepEqual(await cleo.said(), []);
        await cleo.say("What are you two about?");
        await bob.open(/Everybody/);
        await bob.hears("What are you two about?");
        assert.deepEqual(await bob.said(), ["What are you two about?"]);
    }));

    test("pictures come by button, paste and drop, large ones made smaller", () => inTheRoom(async ({ arrive }) => {
        const [ada, bob, cleo] = await three(arrive);
        const shown = (person) => person.log.locator("img").evaluateAll((all) => all.map((one) => [one.naturalWidth, one.naturalHeight]));
        const chosen = ada.page.getByAltText("The picture you are about to send");

        await ada.page.locator("#picture-file").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: await paint(ada.page, 64, 48) });
        await chosen.waitFor();
        await ada.say("By button");
        for (const person of [ada, bob, cleo]) await until(async () => JSON.stringify(await shown(person)) === "[[64,48]]", "the first picture");

        const give = (type, side) => ada.page.evaluate(async ([type, side]) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
            const context = canvas.getContext("2d");
            // Noise, so that it cannot be compressed away.
            const pixels = context.createImageData(side, side);
            for (let start = 0; start < pixels.data.length; start += 65536) crypto.getRandomValues(pixels.data.subarray(start, start + 65536));
            context.putImageData(pixels, 0, 0);
            const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
            const transfer = new DataTransfer();
            transfer.items.add(new File([blob], "noise.png", { type: "image/png" }));
            const event = type === "paste" ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
                : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
            document.getElementById("text").dispatchEvent(event);
            return blob.size;
        }, [type, side]);

        await give("paste", 32);
        await chosen.waitFor();
        await ada.page.getByRole("button", { name: "Send" }).click();
        await until(async () => (await shown(bob)).length === 2, "the second picture");
        assert.deepEqual((await shown(bob))[1], [32, 32]);

        assert.ok(await give("drop", 1800) > 5_000_000, "a picture far beyond the limit of the line");
        await until(() => chosen.isVisible(), "the third picture to be made smaller", 20_000);
        await ada.page.getByRole("button", { name: "Send" }).click();
        await until(async () => (await shown(cleo)).length === 3, "the third picture", 15_000);
        assert.ok((await shown(cleo))[2][0] > 300);

        await cleo.page.getByRole("button", { name: "Show the picture from Ada large" }).first().click();
        await cleo.page.getByRole("dialog").waitFor();
        await cleo.page.keyboard.press("Escape");
        await cleo.page.getByRole("dialog").waitFor({ state: "detached" });
    }));

    test("text is never HTML, neither in messages nor in names", () => inTheRoom(async ({ arrive }) => {
        const nasty = "<img src=x onerror='window.harmed=1'><script>window.harmed=1</script>&lt;b&gt;";
        const ada = await arrive("<b>Ada</b><img src=x>");
        const bob = await arrive("Bob");
        await ada.say(nasty);
        await bob.hears(nasty);
        await bob.say("see javascript:alert(1) and https://example.org/?a=<b>");
        await ada.hears("see javascript:alert(1) and https://example.org/?a=<b>");
        assert.deepEqual(await ada.log.locator("a").evaluateAll((all) => all.map((one) => one.getAttribute("href"))), ["https://example.org/?a="]);
        for (const person of [ada, bob]) {
            assert.equal(await person.page.evaluate(() => window.harmed), undefined);
            assert.equal(await person.page.locator("main.talk b, main.talk script, main.talk img[src=x], nav b, nav img[src=x]").count(), 0);
        }
        assert.ok((await bob.here()).includes("<b>Ada</b><img src=x>"));
    }));

    test("leaving is announced at once, by button and by closing the page", () => inTheRoom(async ({ arrive }) => {
        const [ada, bob, cleo] = await three(arrive);
        await bob.page.getByRole("button", { name: "Leave", exact: true }).click();
        await bob.page.getByLabel("Your name").waitFor();
        await ada.reads("Bob left.");
        await cleo.page.close({ runBeforeUnload: true });
        await ada.reads("Cleo left.");
        assert.deepEqual(await ada.here(), ["Ada"]);
    }));

    test("a killed browser is announced within 12 s, and gone when the recovery has run out", () => inTheRoom(async ({ arrive }) => {
        const mortal = await launchMortalBrowser();
        const ada = await arrive("Ada");
        const bob = await arrive("Bob", { within: mortal.browser });
        await ada.reads("Bob came in.");
        await bob.say("I feel strange");
        await ada.hears("I feel strange");
        await mortal.kill();
        await ada.reads("Bob is away: the line broke.", 12_000);
        await ada.reads("Bob left.", 12_000);
        assert.deepEqual(await ada.here(), ["Ada"]);
    }, { recovery: 4 }));

    test("across a silent cut each message stands once on each screen, in order, and who returns was away", () => inTheRoom(async ({ arrive, relay }) => {
        const wire = await relay();
        const ada = await arrive("Ada", { port: wire.port });
        const bob = await arrive("Bob");
        const cleo = await arrive("Cleo");
        await ada.reads("Cleo came in.");
        await ada.say("before");
        await cleo.hears("before");
        wire.cut();
        const silence = Date.now();
        for (const text of ["a1", "a2", "a3"]) await ada.say(text);
        for (const text of ["b1", "b2", "b3"]) await bob.say(text);
        await cleo.say("c1");
        await ada.sees("Waiting for the line", 5000);
        await ada.sees("Line lost", 12_000);
        await bob.reads("Ada is away: the line broke.", 12_000 - (Date.now() - silence) + 1000);
        await ada.say("a4");
        assert.deepEqual(await ada.underway(), ["a1", "a2", "a3", "a4"]);
        wire.mend();
        await ada.sees("On the line", 15_000);
        await bob.reads("Ada is back.");
        await bob.hears("a4");
        const heard = await bob.said();
        await sameForAll([ada, bob, cleo], heard, 10_000);
        assert.deepEqual([...heard].sort(), ["a1", "a2", "a3", "a4", "b1", "b2", "b3", "before", "c1"]);
        assert.deepEqual(heard.filter((text) => text.startsWith("a")), ["a1", "a2", "a3", "a4"]);
        assert.deepEqual((await ada.ticks()), Array(5).fill("Delivered"));
        for (const person of [bob, cleo]) {
            const notes = (await person.notes()).filter((note) => note.startsWith("Ada"));
            assert.deepEqual(notes, ["Ada is away: the line broke.", "Ada is back."]);
        }
    }));

    test("when only the answers are lost, the server drops the repetitions", () => inTheRoom(async ({ arrive, relay }) => {
        const wire = await relay();
        const ada = await arrive("Ada", { port: wire.port });
        const bob = await arrive("Bob");
        await ada.reads("Bob came in.");
        wire.cut("down");
        await ada.say("once");
        await ada.say("and only once");
        await bob.hears("once");
        assert.deepEqual(await ada.said(), []);
        await pause(6000); // longer than the page waits for an acknowledgement: it has sent again by now
        wire.mend({ old: true });
        await sameForAll([ada, bob], ["once", "and only once"], 20_000);
        await until(async () => (await ada.ticks()).join() === "Delivered,Delivered", "the ticks");
    }));

    test("who was away for too long comes as a newcomer, and what was written arrives once all the same", () => inTheRoom(async ({ arrive, relay }) => {
        const wire = await relay();
        const ada = await arrive("Ada", { port: wire.port });
        const bob = await arrive("Bob");
        await ada.joinRoom("garden");
        await bob.open(/garden/);
        await ada.say("before");
        await bob.hears("before");
        wire.cut();
        await ada.say("written in the tunnel");
        await bob.open(/Everybody/);
        await bob.reads("Ada is away: the line broke.", 12_000);
        await bob.reads("Ada left.", 8000);
        wire.mend();
        await bob.reads("Ada came in.", 15_000);
        await bob.open(/garden/);
        await sameForAll([ada, bob], ["before", "written in the tunnel"], 10_000);
        await bob.say("welcome back");
        await ada.hears("welcome back");
    }, { recovery: 2 }));

    test("everything can be reached by keyboard, and has a name for screen readers", () => inTheRoom(async ({ arrive }) => {
        const ada = await arrive(null);
        assert.equal(await ada.page.evaluate(() => document.activeElement.id), "name");
        await ada.page.keyboard.type("Ada");
        await ada.page.keyboard.press("Tab");
        await ada.page.keyboard.press("Enter");
        await ada.page.getByRole("textbox", { name: "Message" }).waitFor();
        await until(() => ada.page.evaluate(() => document.activeElement.id === "text"), "the focus on the message");
        await ada.page.keyboard.type("two");
        await ada.page.keyboard.press("Shift+Enter");
        await ada.page.keyboard.type("lines");
        await ada.page.keyboard.press("Enter");
        await ada.hears("two\nlines");
        assert.equal(await ada.log.getAttribute("aria-live"), "polite");
        const nameless = await ada.page.evaluate(() => [...document.querySelectorAll("button, input:not([hidden]), textarea, img, [role=img], [role=log], nav")]
            .filter((one) => one.checkVisibility())
            .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length || one.title || one.hasAttribute("alt")))
            .map((one) => one.outerHTML));
        assert.deepEqual(nameless, []);
        const reached = new Set();
        for (let step = 0; step < 20; ++step) {
            await ada.page.keyboard.press("Tab");
            reached.add(await ada.page.evaluate(() => document.activeElement.ariaLabel || document.activeElement.id || document.activeElement.textContent.trim()));
        }
        for (const one of ["Add a picture", "text", "log-off", "room-name", "Messages"]) assert.ok(reached.has(one), `${one} is reached; reached: ${[...reached]}`);
    }));

    test("it fits a phone, in light and dark", () => inTheRoom(async ({ arrive }) => {
        mkdirSync("build/test/browser", { recursive: true });
        const grounds = [];
        for (const colorScheme of ["light", "dark"]) {
            const phone = await arrive(`Ada ${colorScheme}`, { viewport: { width: 375, height: 740 }, colorScheme, hasTouch: true, isMobile: true });
            const desk = await arrive(`Bob ${colorScheme}`, { colorScheme });
            await desk.say(`A long word: ${"so".repeat(120)}`);
            await desk.say("And a sentence of usual length, such as people write to each other.");
            await phone.hears("And a sentence of usual length, such as people write to each other.");
            await phone.say("I can read it");
            await desk.hears("I can read it");
            assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.querySelector("#scroll").scrollWidth <= innerWidth));
            grounds.push(await phone.page.evaluate(() => getComputedStyle(document.body).backgroundColor));
            await phone.page.screenshot({ path: `build/test/browser/phone-${colorScheme}.png` });
            await desk.page.screenshot({ path: `build/test/browser/desk-${colorScheme}.png` });

            await phone.page.getByRole("button", { name: "Conversations" }).tap();
            await phone.page.getByRole("list", { name: "Who is here" }).waitFor();
            assert.equal(await phone.page.evaluate(() => document.activeElement.id), "close-side");
            await pause(250); // the drawer slides
            await phone.page.screenshot({ path: `build/test/browser/phone-list-${colorScheme}.png` });
            await phone.page.keyboard.press("Escape");
            await until(() => phone.page.evaluate(() => document.activeElement.id === "open-side"), "the focus to come back");
        }
        assert.notEqual(grounds[0], grounds[1]);
    }));
});

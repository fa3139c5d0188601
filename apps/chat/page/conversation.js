// One conversation on the screen: its log, and below it what is still on its way. It knows elements, times and pictures; it
// knows neither the line nor who is in the room. chat.js calls it. Everything people wrote becomes text nodes, never HTML.

const kept = 500;                      // lines per conversation; older ones go
const together = 3 * 60 * 1000;        // ms within which lines of one person share a heading
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const pictureTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
}

/// A coloured disc with the first letter of a name; the colour belongs to the id, so that equal names can be told apart.
export function face(person) {
    const made = element("span", { className: "face", textContent: [...person.name][0].toUpperCase(), ariaHidden: "true" });
    let hue = 0;
    for (const character of person.id) hue = (hue * 31 + character.charCodeAt(0)) % 360;
    made.style.setProperty("--hue", hue);
    return made;
}

/// Plain text, in which addresses of the web can be followed.
function withLinks(text) {
    const parts = [];
    let end = 0;
    for (const { 0: found, index } of text.matchAll(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g)) {
        parts.push(text.slice(end, index), element("a", { href: found, textContent: found, target: "_blank", rel: "noopener noreferrer" }));
        end = index + found.length;
    }
    return [...parts, text.slice(end)];
}

export class Conversation {
    unread = 0;
    #onPicture;
    #last = null;                      // who wrote the last line, and when
    #arrived = new Set();              // what stands here already, as "person message"
    #pending = new Map();              // id of a message of ours that is on its way -> its line

    constructor(label, onPicture) {
        this.#onPicture = onPicture;
        this.log = element("ol", { className: "log", role: "log", ariaLabel: label, ariaLive: "polite" });
        this.underway = element("ol", { className: "log underway", ariaLabel: "On its way" });
        this.root = element("section", { hidden: true }, this.log, this.underway);
    }

    get empty() { return this.#last === null && this.#pending.size === 0 && this.log.childElementCount === 0; }

    /// Somebody came, left, or something went wrong: a line that nobody wrote.
    note(text) {
        this.#last = null;
        this.#add(element("li", { className: "note", textContent: text }));
    }

    /// Our own message, not heard of by anybody yet.
    send(me, message) {
        const line = this.#line(me, message, Date.now(), true);
        line.classList.add("waiting");
        this.#pending.set(message.id, line);
        this.underway.append(line);
    }

    /// A message has come, perhaps our own coming back. Answers whether it is new here.
    receive(person, message, at, own) {
        const key = `${person.id} ${message.id}`;
        if (this.#arrived.has(key)) return false;
        this.#arrived.add(key);
        const waiting = own ? this.#pending.get(message.id) : undefined;
        this.#pending.delete(message.id);
        waiting?.remove();
        const line = this.#line(person, message, at, own);
        if (this.#last?.id === person.id && at - this.#last.at < together) line.classList.add("same");
        this.#last = { id: person.id, at };
        this.#add(line);
        return true;
    }

    /// The server has acknowledged our message. It stands in the log by then, unless its echo was lost with the old session.
    delivered(me, message) {
        if (this.#pending.has(message.id)) this.receive(me, message, Date.now(), true);
        const line = this.log.querySelector(`[data-own="${message.id}"]`);
        if (line) this.#tick(line, "delivered", "Delivered");
    }

    refused(message, why) {
        const line = this.#pending.get(message.id);
        line?.classList.replace("waiting", "refused");
        if (line) this.#tick(line, "refused", why);
    }

    #add(line) {
        this.log.append(line);
        while (this.log.childElementCount > kept) {
            const picture = this.log.firstElementChild.querySelector("img");
            if (picture) URL.revokeObjectURL(picture.src);
            this.log.firstElementChild.remove();
        }
    }

    #line(person, message, at, own) {
        const time = element("time", { dateTime: new Date(at).toISOString(), textContent: clock.format(at) });
        const bubble = element("div", { className: "bubble" });
        if (message.image && pictureTypes.includes(message.image_type)) {
            bubble.classList.add("pictured");
            bubble.append(this.#picture(person, message));
        }
        if (message.text) bubble.append(element("p", {}, ...withLinks(message.text)));
        const line = element("li", { className: own ? "message own" : "message" },
            face(person), element("p", { className: "who" }, element("strong", { textContent: person.name }), time), bubble);
        if (own) {
            line.dataset.own = message.id;
            line.append(element("span", { className: "tick", role: "img" }));
            this.#tick(line, "underway", "On its way");
        }
        return line;
    }

    #tick(line, state, text) {
        const tick = line.querySelector(".tick");
        tick.dataset.state = state;
        tick.ariaLabel = tick.title = text;
        if (state === "refused") tick.textContent = text;
    }

    #picture(person, message) {
        const source = URL.createObjectURL(new Blob([message.image], { type: message.image_type }));
        const shown = element("img", { src: source, alt: `Picture from ${person.name}`, loading: "eager" });
        const button = element("button", { className: "thumb", type: "button", ariaLabel: `Show the picture from ${person.name} large` }, shown);
        button.addEventListener("click", () => this.#onPicture(source, shown.alt));
        return button;
    }
}

// The page of the chat room: what the server says becomes lines and lists, what the person does becomes events.
// The events are those of ../README.md. conversation.js draws a conversation, picture.js makes pictures fit.
import { Conversation, element, face } from "./conversation.js";
import { PicturePicker } from "./picture.js";

const at = (id) => document.getElementById(id);
const storage = { get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
                  set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* private mode: not remembered */ } } };

// ── the line ────────────────────────────────────────────────────────────────────────────────────────────────────────

// Secret between this page and the server; with the number of a message it tells a repetition from a new one.
const tag = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// A message stays in the queue, and is sent again, until the server has acknowledged it.
const socket = io({
    autoConnect: false, retries: Infinity, ackTimeout: 5000, timeout: 5000, reconnectionDelay: 300, reconnectionDelayMax: 2000,
    auth: (answer) => answer({ name, tag, rooms: [...rooms.values()].filter((room) => room.joined).map((room) => room.name) }),
});

let name = "";
let me = null;                         // the person that the server says we are
let upgraded = false;                  // a WebSocket has worked once
let lastMessage = 0;
let waiting = 0;                       // messages without an acknowledgement
let overdue = 0;                       // the timer that looks at them
let lastTyped = 0;                     // when we last said that we are typing
const ownIds = new Set();              // also those of sessions that could not be recovered
const people = new Map();              // id -> {id, name, away}
const rooms = new Map();               // name -> {name, people: [id], joined}
const conversations = new Map();       // "" | "#room" | id of a person -> Conversation
const typing = new Map();              // conversation -> Map(id -> timer)
let current = "";

const words = {
    connecting: "Connecting",
    open: "On the line",
    slow: "Waiting for the line",
    lost: "Line lost, trying again. What you write is kept.",
};
function showLine(state) {
    if (at("line").dataset.state === state) return;
    at("line").dataset.state = state;
    at("line-text").textContent = words[state];
}

socket.on("connect", () => { showLine("open"); watchQueue(); });
socket.io.on("open", () => socket.io.engine.on("upgrade", () => { upgraded = true; }));
socket.on("disconnect", (reason) => { if (reason !== "io client disconnect") showLine("lost"); });
socket.io.on("reconnect_attempt", (attempt) => {
    showLine("lost");
    // After a silent cut the browser may hold on to connections that are dead. A WebSocket is always a new one, so where it has
    // worked before, every other attempt begins with it.
    socket.io.opts.transports = upgraded && attempt % 2 === 1 ? ["websocket"] : ["polling", "websocket"];
});
socket.on("connect_error", (error) => {
    if (socket.active) showLine(me ? "lost" : "connecting");
    else leave(error.message);         // the server has refused us, and will again
    if (!me) at("refusal").textContent = socket.active ? "No line to the server yet, trying again." : error.message;
});

/// Says so if the server takes its time: a line may be dead for seconds before anybody can know.
function watchQueue() {
    clearTimeout(overdue);
    if (waiting > 0) overdue = setTimeout(() => socket.connected && showLine("slow"), 2500);
    else if (socket.connected) showLine("open");
}

// ── what the server says ────────────────────────────────────────────────────────────────────────────────────────────

socket.on("welcome", (person, everybody, open) => {
    const first = me === null;
    me = person;
    ownIds.add(person.id);
    people.clear();
    for (const one of everybody) people.set(one.id, one);
    const joined = new Set([...rooms.values()].filter((room) => room.joined).map((room) => room.name));
    rooms.clear();
    for (const room of open) rooms.set(room.name, { ...room, joined: room.people.includes(me.id) || joined.has(room.name) });
    for (const name of joined) if (!rooms.has(name)) rooms.set(name, { name, people: [], joined: true });
    if (first) enter();
    conversation("").note(first ? `Welcome, ${me.name}: you are on the line.` : "You are on the line again, as a newcomer: you were away for too long to catch up.");
    showPeople();
});

socket.on("new_user_entered_room", (person) => {
    people.set(person.id, person);
    tell(`${person.name} came in.`, person.id);
});

socket.on("user_left", (id) => {
    const person = people.get(id);
    people.delete(id);
    for (const room of rooms.values()) room.people = room.people.filter((other) => other !== id);
    if (person) tell(`${person.name} left.`, id, person);
});

const setAway = (away, text) => (id) => {
    const person = people.get(id);
    if (!person || person.away === away) return;
    person.away = away;
    tell(`${person.name} ${text}`, id);
};
socket.on("user_away", setAway(true, "is away: the line broke."));
socket.on("user_back", setAway(false, "is back."));

socket.on("room_changed", (room) => {
    const known = rooms.get(room.name);
    const joined = known?.joined || room.people.includes(me?.id);
    if (room.people.length === 0 && !joined) rooms.delete(room.name);
    else rooms.set(room.name, { name: room.name, people: room.people, joined });
    showPeople();
});

socket.on("updated_chat", (person, message, time) => {
    const own = ownIds.has(person.id);
    const key = message.to === "" || message.to.startsWith("#") || own ? message.to : person.id;
    stopTyping(key, person.id);
    keepBottom(key, own, () => {
        if (!conversation(key, person.name).receive(person, message, time, own) || own) return;
        if (key === current && !document.hidden) return;
        conversation(key).unread += 1;
        if (key !== current) at("aside").textContent = `${person.name} wrote ${key === "" ? "to everybody" : key.startsWith("#") ? `in ${key}` : "to you alone"}.`;
    });
    showPeople();
});

socket.on("typing", (id, to) => {
    const key = to === "" || to.startsWith("#") ? to : id;
    if (!typing.has(key)) typing.set(key, new Map());
    clearTimeout(typing.get(key).get(id));
    typing.get(key).set(id, setTimeout(() => stopTyping(key, id), 3500));
    showTyping();
});

function stopTyping(key, id) {
    clearTimeout(typing.get(key)?.get(id));
    typing.get(key)?.delete(id);
    showTyping();
}

/// A line for everybody, and in the private conversation with the person whom it is about, if there is one.
function tell(text, id, gone) {
    for (const key of ["", id]) {
        if (key === "" || conversations.has(key)) keepBottom(key, false, () => conversation(key, gone?.name).note(text));
    }
    showPeople();
}

// ── what the person does ────────────────────────────────────────────────────────────────────────────────────────────

at("log-on").addEventListener("submit", (event) => {
    event.preventDefault();
    name = at("name").value.trim();
    if (!name) return at("name").focus();
    at("refusal").textContent = "";
    socket.connect();
});

at("log-off").addEventListener("click", () => leave(""));

function enter() {
    storage.set("name", name);
    at("me").replaceChildren(face(me), me.name);
    at("door").hidden = true;
    at("room").hidden = false;
    openConversation("");
    at("text").focus();
}

function leave(why) {
    socket.disconnect();
    storage.set("name", "");
    if (me === null) { at("refusal").textContent = why; return; }
    location.reload();                 // the plainest way to forget everything
}

at("say").addEventListener("submit", (event) => {
    event.preventDefault();
    say();
});

async function say() {
    const text = at("text").value.trim();
    if (!text && !picker.chosen) return;
    const blob = picker.take();
    at("text").value = "";
    lastTyped = 0;
    fitText();
    const to = current;
    const message = { id: ++lastMessage, to, text, image: blob ? await blob.arrayBuffer() : null, image_type: blob?.type ?? "" };
    keepBottom(to, true, () => conversation(to).send(me, message));
    waiting += 1;
    socket.emit("new_text", message, (error, receipt) => {
        waiting -= 1;
        if (receipt?.delivered) conversation(to).delivered(me, message);
        else conversation(to).refused(message, receipt?.why ?? error.message);
        watchQueue();
    });
    watchQueue();
    showTitle();
}

at("text").addEventListener("input", () => {
    fitText();
    if (Date.now() - lastTyped < 2000 || !at("text").value) return;
    lastTyped = Date.now();
    socket.volatile.emit("typing", current);
});
at("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    say();
});

function fitText() {
    at("text").style.height = "auto";
    at("text").style.height = `${Math.min(at("text").scrollHeight, 160)}px`;
    at("send").disabled = !at("text").value.trim() && !picker.chosen;
}

at("new-room").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = at("room-name").value.trim().replace(/^#+/, "").replace(/\s+/g, "-").slice(0, 31);
    if (!wanted) return at("room-name").focus();
    at("room-name").value = "";
    joinRoom(`#${wanted}`);
});

function joinRoom(name) {
    const room = rooms.get(name) ?? { name, people: [], joined: false };
    rooms.set(name, room);
    if (!room.joined) {
        room.joined = true;
        socket.emit("join_room", name, (error, receipt) => {
            if (receipt?.delivered) return;
            if (rooms.has(name)) rooms.get(name).joined = false;
            conversation(name).note(receipt?.why ?? error.message);
            showPeople();
        });
    }
    openConversation(name);
}

at("leave-room").addEventListener("click", () => {
    const left = current;
    if (rooms.has(left)) rooms.get(left).joined = false;
    socket.emit("leave_room", left, () => {});
    conversations.get(left)?.root.remove();
    conversations.delete(left);
    openConversation("");
});

const picker = new PicturePicker(at, {
    wanted: () => me !== null,
    changed: () => { fitText(); at("text").focus(); },
    refused: () => conversation(current).note("That is no picture that can be sent."),
});

function showLarge(source, description) {
    const dialog = element("dialog", { className: "large", ariaLabel: description }, element("img", { src: source, alt: description }));
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}

// ── what is on the screen ───────────────────────────────────────────────────────────────────────────────────────────

const titleOf = (key, fallback) => (key === "" ? "Everybody" : key.startsWith("#") ? key : people.get(key)?.name ?? fallback ?? "Somebody who left");

function conversation(key, fallback) {
    if (!conversations.has(key)) {
        const made = new Conversation(`Conversation: ${titleOf(key, fallback)}`, showLarge);
        made.name = titleOf(key, fallback);
        made.root.hidden = key !== current;
        conversations.set(key, made);
        at("logs").append(made.root);
    }
    return conversations.get(key);
}

function openConversation(key) {
    current = key;
    for (const [other, made] of conversations) made.root.hidden = other !== key;
    conversation(key).unread = 0;
    if (key.startsWith("#") && conversation(key).empty) conversation(key).note(`This is ${key}. Only those who joined it read along.`);
    closeSide();
    showPeople();
    showTyping();
    at("newest").hidden = true;
    at("scroll").scrollTop = at("scroll").scrollHeight;
    if (matchMedia("(hover: hover)").matches) at("text").focus(); // no keyboard that jumps up on phones
}

/// Changes a log and stays at its end, if that is where the reader was, or if it is the reader who wrote.
function keepBottom(key, force, change) {
    const scroll = at("scroll");
    const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    change();
    if (key !== current) return;
    const settle = () => { if (near || force) scroll.scrollTop = scroll.scrollHeight; else at("newest").hidden = false; };
    settle();
    for (const image of conversation(key).root.querySelectorAll("li:last-child img")) if (!image.complete) image.addEventListener("load", settle, { once: true });
}
at("scroll").addEventListener("scroll", () => {
    const scroll = at("scroll");
    if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80) at("newest").hidden = true;
});
at("newest").addEventListener("click", () => { at("scroll").scrollTop = at("scroll").scrollHeight; });

/// Makes a list show these entries and keeps the elements that stay, so that the keyboard's focus stays, too.
function fill(list, entries) {
    const old = new Map([...list.children].map((line) => [line.dataset.key, line]));
    const lines = entries.map(({ key, label, mark, extra, away, action }) => {
        const line = old.get(key) ?? element("li");
        if (!line.firstChild) {
            line.dataset.key = key;
            line.append(element(action ? "button" : "span", { className: "entry", ...(action && { type: "button" }) }));
            line.entry = line.firstChild;
            line.entry.addEventListener("click", () => line.action?.());
        }
        line.action = action;
        const unread = conversations.get(key)?.unread ?? 0;
        line.entry.classList.toggle("away", away === true);
        if (key === current) line.entry.setAttribute("aria-current", "true"); else line.entry.removeAttribute("aria-current");
        line.entry.replaceChildren(mark, element("span", { className: "label", textContent: label }),
            ...(extra ? [element("span", { className: "extra", textContent: extra })] : []),
            ...(unread ? [element("span", { className: "badge", textContent: unread > 99 ? "99+" : unread, title: `${unread} unread` }),
                          element("span", { className: "unseen", textContent: "unread" })] : []));
        return line;
    });
    if (lines.length !== list.children.length || lines.some((line, index) => line !== list.children[index])) list.replaceChildren(...lines);
}

const sign = (text) => element("span", { className: "sign", textContent: text, ariaHidden: "true" });
const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

function showPeople() {
    if (!me) return;
    const others = [...people.values()].filter((person) => person.id !== me.id).sort((a, b) => a.name.localeCompare(b.name));
    const gone = [...conversations].filter(([key, made]) => key !== "" && !key.startsWith("#") && !people.has(key) && !made.empty)
        .map(([key, made]) => ({ id: key, name: made.name, gone: true }));
    fill(at("everybody"), [{ key: "", label: "Everybody", mark: sign("✦"), extra: String(people.size), action: () => openConversation("") }]);
    fill(at("rooms"), [...rooms.values()].sort((a, b) => a.name.localeCompare(b.name)).map((room) => ({
        key: room.name, label: room.name.slice(1), mark: sign("#"), extra: room.joined ? String(room.people.length) : "join",
        action: () => joinRoom(room.name),
    })));
    fill(at("people"), [
        { key: me.id, label: me.name, mark: face(me), extra: "you" },
        ...[...others, ...gone].map((person) => ({
            key: person.id, label: person.name, mark: face(person), away: person.away || person.gone,
            extra: person.gone ? "left" : person.away ? "away" : "", action: () => openConversation(person.id),
        })),
    ]);
    showTitle();
}

function showTitle() {
    const room = rooms.get(current);
    const person = people.get(current);
    at("title").textContent = titleOf(current, conversations.get(current)?.name);
    at("subtitle").textContent = current === "" ? `${count(people.size, "person", "people")} on the line`
        : room ? `A room with ${count(room.people.length, "person", "people")}`
        : person ? (person.away ? "Away; will read it when back" : "Only the two of you read this") : "Left the line";
    at("leave-room").hidden = !current.startsWith("#");
    at("text").placeholder = current === "" ? "Say something to everybody" : `Say something ${room ? "in" : "to"} ${titleOf(current)}`;
    const unread = [...conversations].reduce((sum, [, made]) => sum + made.unread, 0);
    at("unread-elsewhere").hidden = [...conversations].every(([key, made]) => key === current || made.unread === 0);
    document.title = unread ? `(${unread}) Partyline` : "Partyline";
}

function showTyping() {
    const names = [...(typing.get(current)?.keys() ?? [])].map((id) => people.get(id)?.name).filter(Boolean);
    at("typing").textContent = names.length === 0 ? "" : names.length > 2 ? "Several people are typing…"
        : `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
}

document.addEventListener("visibilitychange", () => {
    if (document.hidden || !me) return;
    conversation(current).unread = 0;
    showPeople();
});

// The list is a drawer on narrow screens: it takes the keyboard's focus while it is open, and gives it back.
const talk = document.querySelector(".talk");
function openSide() {
    at("side").classList.add("open");
    at("shade").hidden = false;
    talk.inert = true;
    at("open-side").setAttribute("aria-expanded", "true");
    at("close-side").focus();
}
function closeSide() {
    if (!at("side").classList.contains("open")) return;
    at("side").classList.remove("open");
    at("shade").hidden = true;
    talk.inert = false;
    at("open-side").setAttribute("aria-expanded", "false");
    at("open-side").focus();
}
at("open-side").addEventListener("click", openSide);
at("close-side").addEventListener("click", closeSide);
at("shade").addEventListener("click", closeSide);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSide(); });

// Closing the page is saying goodbye, not a broken line; what is not delivered yet is asked about.
addEventListener("pagehide", () => socket.disconnect());
addEventListener("pageshow", (event) => { if (event.persisted && me) socket.connect(); });
addEventListener("beforeunload", (event) => { if (waiting > 0) event.preventDefault(); });

fitText();
const known = storage.get("name");     // the page was loaded again
if (known) {
    name = at("name").value = known;
    socket.connect();
}

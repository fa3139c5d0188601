// The page of the arena: what the server says goes to the world and the boards, what the player does goes to the server. The events
// stand in ../README.md; world.mjs knows where everything is, view.mjs draws it, controls.mjs reads keys, mouse and fingers.
import { Controls } from "./controls.mjs";
import { Sound } from "./sound.mjs";
import { View } from "./view.mjs";
import { decodeSnapshot } from "./wire.mjs";
import { World } from "./world.mjs";

const at = (id) => document.getElementById(id);
const storage = { get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
                  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode: not remembered */ } } };
const element = (name, classes, ...content) => {
    const made = document.createElement(name);
    made.className = classes;
    made.append(...content);
    return made;
};
const idle = { angle: 0, thrust: 0, dash: false };
const worth = [0, 1, 3, 10];

const socket = io({ transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelay: 300, reconnectionDelayMax: 2000 });
const world = new World();
const view = new View(at("field"));
const controls = new Controls(at("field"), at("dash"), at("knob"));
const sound = new Sound();
const names = new Map();               // id -> {id, name, bot}
let board = null;
let name = "";                         // not empty: plays, or wants to
let carried = 0;
let rank = 0;

// ── coming and going ────────────────────────────────────────────────────────────────────────────────────────────────

const isOwn = (id) => id !== 0 && id === world.me;
const isolated = (text) => `\u2068${text}\u2069`; // whatever its writing direction, what stands around it keeps its own
const nameOf = (id) => (id === 0 ? "A comet" : isOwn(id) ? "You" : isolated(names.get(id)?.name ?? "Somebody"));
const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

socket.on("welcome", (updates, players) => {
    world.updateMs = 1000 / updates;
    names.clear();
    for (const one of players) names.set(one.id, one);
    world.own(0);
    if (name) enter();                 // the line was lost for long, and is back; after a short break the ship has waited
});
socket.on("came", (one) => names.set(one.id, one));
socket.on("left", (id) => names.delete(id));
socket.on("connect_error", (error) => { if (!socket.active) endVisit(error.message); });
socket.on("disconnect", (why) => { if (why === "io server disconnect") endVisit("The server has ended this visit."); });
// Who closes the page has left; only who vanishes is waited for. A page may be shown again as it was.
addEventListener("pagehide", () => socket.disconnect());
addEventListener("pageshow", (event) => { if (event.persisted) socket.connect(); });

/// Nobody tries to connect again from here on.
function endVisit(why) {
    show("door");
    at("refusal").textContent = why;
}

at("enter").addEventListener("submit", (event) => {
    event.preventDefault();
    name = at("name").value.trim();
    if (!name) return at("name").focus();
    storage.set("arena name", name);
    if (socket.connected) return enter();
    at("refusal").textContent = "No line to the server yet, trying.";
    socket.connect();                  // unless it is at it
});

function enter() {
    at("play").disabled = true;
    socket.timeout(5000).emit("play", name, false, (error, ticket) => {
        at("play").disabled = false;
        const why = error ? "The server does not answer; try again." : ticket.why;
        at("refusal").textContent = why;
        if (why) return show("door");
        world.own(ticket.id);
        carried = rank = 0;
        show("play");
        note("", "Gather sparks, and dash into others: they spill theirs");
    });
}

function leave() {
    if (document.body.dataset.state !== "play") return;
    name = "";
    world.own(0);
    socket.emit("leave");
    show("door");
}

function show(state) {
    if (state === "door") name = "";
    document.body.dataset.state = state;
    at("door").hidden = state !== "door";
    at("hud").hidden = state !== "play";
    if (state !== "play") at("over").hidden = true;
    controls.active = state === "play";
    controls.letGo();
    (state === "play" ? at("field") : at("name")).focus({ preventScroll: true });
}

// ── what happens ────────────────────────────────────────────────────────────────────────────────────────────────────

socket.on("see", (bytes) => {
    const seen = decodeSnapshot(bytes);
    if (seen) world.receive(seen, performance.now());
});

socket.on("hit", (hunter, victim, spilled, x, y) => {
    const mine = isOwn(hunter) || isOwn(victim);
    if (!document.hidden) view.burst({ x, y }, view.shipColour(victim, isOwn(victim)), spilled, mine);
    if (isOwn(victim)) {
        note("bad", `${nameOf(hunter)} got you: ${carried ? `${counted(carried, "spark", "sparks")} lost` : "you had nothing to lose"}`);
        view.linger(performance.now());
        sound.lost();
    } else if (isOwn(hunter)) {
        note("good", `You got ${nameOf(victim)}: ${counted(spilled, "spark", "sparks")} to gather`);
        sound.hit();
    }
});

socket.on("board", (now) => {
    board = now;
    const closing = now.phase === 1;
    if (now.phase !== 2) at("over").hidden = true;
    at("clock").dataset.phase = ["calm", "closing", "pause"][now.phase];
    at("clock-text").textContent = `${Math.floor(now.seconds / 60)}:${String(now.seconds % 60).padStart(2, "0")}`;
    at("clock-note").textContent = closing ? "the field closes" : now.phase === 2 ? "next round" : "";
    at("players").textContent = counted(now.players, "player", "players");
    at("top").replaceChildren(...now.top.map(({ id, sparks }) => {
        const row = element("li", `${names.get(id)?.bot ? "bot" : ""} ${isOwn(id) ? "own" : ""}`,
                            element("span", "who", names.get(id)?.name ?? "?"), element("span", "many", String(sparks)));
        row.style.setProperty("--dye", view.shipColour(id, isOwn(id)));
        return row;
    }));
    const people = now.players - [...names.values()].filter((one) => one.bot).length;
    at("here").textContent = now.players === 0 ? "The field is empty: be the first." : `On the field: ${counted(people, "person", "people")}, ${counted(now.players - people, "bot", "bots")}`;
    showRank();
});
socket.on("rank", (now) => {
    rank = now;
    showRank();
});

socket.on("round_over", ({ id, sparks }) => {
    at("over-title").textContent = id === 0 ? "Nobody wins the round" : `${nameOf(id)} ${isOwn(id) ? "win" : "wins"} the round with ${counted(sparks, "spark", "sparks")}`;
    at("over-text").textContent = world.me && !isOwn(id) && rank ? `You come ${ordinal(rank)} of ${board.players}. All begin anew in a moment.` : "All begin anew in a moment.";
    at("over").hidden = document.body.dataset.state !== "play";
    sound.bell();
});
socket.on("round_begins", () => {
    at("over").hidden = true;
    note("", "A new round begins");
    sound.bell();
});

const ordinal = (n) => `${n}${n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] ?? "th"}`;

function showRank() {
    if (!board || !rank) return at("rank").replaceChildren();
    at("rank").replaceChildren(element("strong", "", ordinal(rank)), ` of ${board.players}`);
}

function note(kind, text) {
    const made = element("p", `note ${kind}`, text);
    made.addEventListener("animationend", () => made.remove());
    at("notes").append(made);
    while (at("notes").childElementCount > 3) at("notes").firstElementChild.remove();
    at("aside").textContent = text;
}

// ── tools ───────────────────────────────────────────────────────────────────────────────────────────────────────────

at("leave").addEventListener("click", leave);
at("help").addEventListener("click", () => at("rules").showModal());
at("rules").addEventListener("close", () => at("field").focus({ preventScroll: true }));
at("sound").addEventListener("click", () => at("sound").setAttribute("aria-pressed", String(sound.toggle())));
addEventListener("keydown", (event) => {
    if (document.body.dataset.state !== "play" || at("rules").open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") leave();
    if (event.key === "h" || event.key === "?") at("rules").showModal();
    if (event.key === "m") at("sound").click();
});

// ── a picture ───────────────────────────────────────────────────────────────────────────────────────────────────────

let last = performance.now();
let dashing = false;
const say = (input) => socket.volatile.emit("fly", input);
const silence = 1500;                  // milliseconds without a snapshot: the line is as good as lost, whoever knows it already

document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return;
    controls.letGo();
    world.coast(say);
});

function draw(now) {
    const seconds = Math.min((now - last) / 1000, 0.1);
    last = now;
    const wanted = controls.active && socket.connected && world.ship && !at("rules").open ? controls.wanted(view.toScreen(world.shown(now))) : idle;
    world.advance(now, wanted, (input) => {
        say(input);
        if (wanted.dash) controls.asked = false;
    });
    world.settle(seconds);
    const scene = { ...world.picture(now), sparks: world.sparks.values(), field: world.field, phase: world.phase, names, first: null };
    if (board?.top.length) scene.first = { ...board.top[0], x: board.x, y: board.y };
    for (const spark of world.picked.splice(0)) {
        if (isOwn(view.collect(spark, scene.ships)?.id)) sound.spark(worth[spark.size]);
    }
    at("line").hidden = now - world.heard < silence || !socket.active;
    const mine = scene.ships.find((ship) => ship.mine);
    // Who only watches is carried around slowly.
    const drift = view.calm.matches ? 0 : now / 9000;
    view.draw(scene, mine ?? { x: 110 * Math.cos(drift), y: 110 * Math.sin(drift) }, seconds, now);
    if (mine) showMine(mine);
    requestAnimationFrame(draw);
}

function showMine(mine) {
    if (mine.dashes && !dashing) sound.dash();
    dashing = mine.dashes;
    at("dash").style.setProperty("--ready", mine.ready.toFixed(3));
    at("dash").classList.toggle("spent", mine.ready < 1);
    if (mine.sparks === carried) return;
    at("carried").textContent = mine.sparks;
    at("unit").textContent = mine.sparks === 1 ? "spark" : "sparks";
    const label = at("carried").parentElement;
    if (mine.sparks > carried && !label.classList.contains("more")) {
        label.classList.add("more");
        label.addEventListener("animationend", () => label.classList.remove("more"), { once: true });
    }
    carried = mine.sparks;
}

at("name").value = storage.get("arena name") ?? "";
show("door");
requestAnimationFrame(draw);

/// For the console, and for tests: what this page knows.
globalThis.arena = { world, view, controls, names, socket, board: () => board };

// Our JSON against JavaScript's own: 100,000 texts, valid and broken, from a fixed seed. What JSON.parse accepts we accept
// and write as JSON.stringify does; what it refuses we refuse. Allowed differences, each for its reason:
//  - lone surrogates become U+FFFD (a C++ string is UTF-8),
//  - integers between 2^53 and 2^64 keep all their digits (compared after rounding),
//  - nesting deeper than 128 is refused.
// Usage: node json_differential.mjs path/to/json_roundtrip [count] [seed]
import { spawn } from "node:child_process";

const [program, count = "100000", seed = "20261123"] = process.argv.slice(2);

// mulberry32
let state = Number(seed) >>> 0;
function random() {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const digits = (n) => Array.from({ length: n }, () => below(10)).join("");

const space = () => (random() < 0.85 ? "" : pick([" ", "\n", "\t", "\r", "  ", " \r\n "]));

function number() {
    const sign = random() < 0.3 ? "-" : "";
    switch (below(9)) {
        case 0: return sign + "0";
        case 1: return sign + below(1000);
        case 2: return sign + (1 + below(9)) + digits(below(25));
        case 3: return sign + below(100) + "." + digits(1 + below(20));
        case 4: return sign + below(10) + "." + digits(1 + below(5)) + pick(["e", "E"]) + pick(["", "+", "-"]) + below(25);
        case 5: return sign + (1 + below(9)) + "e" + pick(["", "+", "-"]) + (290 + below(140));
        case 6: return pick(["1e400", "-1e400", "1e-400", "5e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "1.7976931348623159e308", "0e999", "1e21", "1e-7",
            "-0", "-0.0", "0.1e1", "123456789012345678901234567890"]);
        case 7: return pick(["9007199254740991", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
            "18446744073709551615", "18446744073709551616", "99999999999999999999"]);
        default: return String((random() - 0.5) * 10 ** (below(60) - 30));
    }
}

function string() {
    let out = "";
    for (let n = below(8); n > 0; --n) {
        out += pick([
            () => pick(["a", "bc", "xyz", " ", "/", "_placeholder", "num", "'"]),
            () => pick(["é", "€", "😀", "\u2028", "\u007f", "ß"]),
            () => pick(["\\n", "\\t", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\r"]),
            () => "\\u" + below(0x10000).toString(16).padStart(4, "0"),
            () => pick(["\\u0000", "\\u001f", "\\u0041", "\\u00E9", "\\u2028", "\\uFFFF", "\\ufeff"]),
            () => "\\ud83d\\ude00",
            () => (random() < 0.3 ? pick(["\\ud800", "\\udfff", "\\ud83d\\ud83d\\ude00", "\\ude00\\ud83d", "\\uDBFF\\uDFFF"]) : "q"),
        ])();
    }
    return `"${out}"`;
}

// keys without digits: JavaScript moves those that look like array indices to the front
const key = () => (random() < 0.7 ? `"${pick(["a", "b", "c", "__proto__", "constructor", "", "length", "_placeholder", "ключ"])}"` : string());

function any(depth) {
    const kind = depth <= 0 ? below(4) : below(6);
    switch (kind) {
        case 0: return pick(["true", "false", "null"]);
        case 1: return number();
        case 2: case 3: return string();
        case 4: return "[" + space() + Array.from({ length: below(5) }, () => space() + any(depth - 1) + space()).join(",") + "]";
        default: return "{" + space() + Array.from({ length: below(5) }, () => space() + key() + space() + ":" + space() + any(depth - 1) + space()).join(",") + "}";
    }
}

function deep() {
    const levels = 1 + below(200);
    const open = Array.from({ length: levels }, () => pick(["[", '{"a":']));
    return open.join("") + pick(["1", "null", '"\\ud800"', "1e400", "[]", "{}"]) + open.reverse().map((o) => (o === "[" ? "]" : "}")).join("");
}

function broken(text) {
    for (let n = 1 + below(2); n > 0; --n) {
        const at = below(text.length + 1);
        const piece = pick(["", "", ",", '"', "\\", "]", "}", "[", "{", ":", "0", "-", "+", ".", "e", "\n", "\t", "\u0001", "\u0000", "u", "nul", "\ufeff", "\u00a0", "/", "'", "NaN", "\\u", "\\x"]);
        text = text.slice(0, at) + piece + text.slice(at + below(3));
    }
    return text;
}

// what we make of a parsed text: well-formed strings, last of equal keys in the place of the first
const wellFormed = (s) => Buffer.from(s, "utf8").toString("utf8");
function ours(v) {
    if (typeof v === "string") return wellFormed(v);
    if (Array.isArray(v)) return v.map(ours);
    if (v === null || typeof v !== "object") return v;
    const out = {};
    for (const name of Object.keys(v)) Object.defineProperty(out, wellFormed(name), { value: ours(v[name]), enumerable: true, configurable: true, writable: true });
    return out;
}

function depth(v) {
    let deepest = 0;
    const pending = [[v, 1]];
    while (pending.length) {
        const [here, level] = pending.pop();
        if (here === null || typeof here !== "object") continue;
        const inner = Object.values(here);
        if (inner.length) deepest = Math.max(deepest, level);
        for (const each of inner) pending.push([each, level + 1]);
    }
    return deepest;
}

// duplicates may hide depth and are gone after parsing; texts are generated so that this does not happen in deep ones
function expected(text) {
    let parsed;
    try {
        parsed = JSON.parse(text);
    } catch {
        return null;
    }
    return depth(parsed) > 128 ? null : JSON.stringify(ours(parsed));
}

const texts = [];
for (let i = 0; i < Number(count); ++i) {
    const text = random() < 0.02 ? deep() : space() + any(below(6)) + space();
    const final = random() < 0.35 ? broken(text) : text;
    if (/"\d+"\s*:/.test(final)) { --i; continue; } // see `key`
    texts.push(Buffer.from(final, "utf8"));
}

const started = Date.now();
const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
child.stdin.on("error", () => {});
child.stdin.end(Buffer.concat(texts.flatMap((t) => [Buffer.from(`${t.length}\n`), t])));
const chunks = [];
for await (const chunk of child.stdout) chunks.push(chunk);
const output = Buffer.concat(chunks);

let at = 0;
function answer() {
    const end = output.indexOf(10, at);
    if (end < 0) throw new Error("json_roundtrip ended early");
    const size = Number(output.subarray(at, end).toString());
    at = end + 1;
    if (size < 0) return null;
    at += size;
    return output.subarray(at - size, at).toString("utf8");
}

const same = (got, want, text) =>
    got === want || (got !== null && want !== null && /\d{16}/.test(text) && JSON.stringify(JSON.parse(got)) === want);

let wrong = 0;
let accepted = 0;
for (const bytes of texts) {
    const text = bytes.toString("utf8");
    const want = expected(text);
    if (want !== null) ++accepted;
    for (const reader of ["document", "tree"]) {
        const got = answer();
        if (same(got, want, text)) continue;
        if (++wrong <= 10) console.error(`${reader}: ${JSON.stringify(text)}\n  node: ${want}\n  ours: ${got}`);
    }
}
console.log(`${texts.length} texts (${accepted} accepted by JSON.parse), ${wrong} differences, ${Date.now() - started} ms`);
process.exit(wrong === 0 ? 0 : 1);

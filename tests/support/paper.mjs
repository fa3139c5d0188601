// A terminal on paper: obeys the few orders (ECMA-48) that a well-behaved program sends, and can be read. What it does not know, it
// keeps in `unknown`.

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u;

export class Paper {
    #x = 0;
    #y = 0;
    #rows;
    #gone = [];
    #rest = "";
    unknown = [];
    modes = new Map();                 // "?25" -> whether it is on

    constructor(columns, height) {
        Object.assign(this, { columns, height });
        this.#rows = Array.from({ length: height }, () => this.#blank());
    }

    #blank() { return Array(this.columns).fill(" "); }

    write(text) {
        text = this.#rest + text;
        this.#rest = "";
        for (let at = 0; at < text.length;) {
            const order = /^\x1b\[([0-9;?]*)([A-Za-z~])/.exec(text.slice(at, at + 40));
            if (order) {
                this.#obey(order[1], order[2]);
                at += order[0].length;
            } else if (text[at] === "\x1b" && /^\x1b(\[[0-9;?]*)?$/.test(text.slice(at))) {
                this.#rest = text.slice(at); // the rest is still to come
                return;
            } else {
                const character = String.fromCodePoint(text.codePointAt(at));
                this.#put(character);
                at += character.length;
            }
        }
    }

    resize(columns, height) {
        Object.assign(this, { columns, height });
        for (const row of this.#rows) row.length = Math.min(row.length, columns);
        for (const row of this.#rows) while (row.length < columns) row.push(" ");
        while (this.#rows.length > height) this.#gone.push(this.#rows.shift());
        while (this.#rows.length < height) this.#rows.push(this.#blank());
        this.#x = Math.min(this.#x, columns - 1);
        this.#y = Math.min(this.#y, height - 1);
    }

    /// What can be read, without spaces at the ends and empty rows below.
    get rows() {
        const rows = this.#rows.map((row) => row.join("").trimEnd());
        while (rows.length && rows.at(-1) === "") rows.pop();
        return rows;
    }
    /// With what has scrolled away.
    get all() { return [...this.#gone.map((row) => row.join("").trimEnd()), ...this.rows]; }
    get cursor() { return [this.#x, this.#y]; }

    #down() {
        if (++this.#y < this.height) return;
        this.#gone.push(this.#rows.shift());
        this.#rows.push(this.#blank());
        this.#y = this.height - 1;
    }

    #put(character) {
        if (character === "\r") { this.#x = 0; return; }
        if (character === "\n") return this.#down();
        if (character === "\b") { this.#x = Math.max(0, this.#x - 1); return; }
        if (/[\x00-\x1f\x7f-\x9f]/.test(character)) { this.unknown.push(character); return; }
        const columns = /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
        if (columns === 0) { this.#rows[this.#y][Math.max(0, this.#x - 1)] += character; return; }
        if (this.#x + columns > this.columns) { this.#x = 0; this.#down(); }
        this.#rows[this.#y][this.#x] = character;
        if (columns === 2) this.#rows[this.#y][this.#x + 1] = "";
        this.#x += columns;
    }

    #obey(numbers, last) {
        const count = Number(numbers) || 1;
        if (last === "A") this.#y = Math.max(0, this.#y - count);
        else if (last === "C") this.#x = Math.min(this.columns - 1, this.#x + count);
        else if (last === "H" && numbers === "") this.#x = this.#y = 0;
        else if (last === "J" && numbers === "") {
            this.#rows[this.#y].fill(" ", this.#x);
            for (let row = this.#y + 1; row < this.height; ++row) this.#rows[row] = this.#blank();
        } else if (last === "h" || last === "l") this.modes.set(numbers, last === "h");
        else if (last !== "m") this.unknown.push(`\x1b[${numbers}${last}`);
    }
}

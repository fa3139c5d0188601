// Waiting for conditions with a deadline, so that no test sleeps "long enough".
// TEST_PATIENCE multiplies every deadline: sanitizer builds and busy machines need more, never less.

export const patience = Number(process.env.TEST_PATIENCE ?? 1);

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// Resolves with the first truthy value of `condition` (may be async); rejects after `ms` with what was waited for.
export async function until(condition, what = "the condition", ms = 5000) {
    const deadline = Date.now() + ms * patience;
    for (;;) {
        const value = await condition();
        if (value) return value;
        if (Date.now() > deadline) throw new Error(`waited ${ms * patience} ms in vain for ${what}`);
        await pause(10);
    }
}

/// The promise's own outcome, or a rejection after `ms`.
export function within(promise, what = "an answer", ms = 5000) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`waited ${ms * patience} ms in vain for ${what}`)), ms * patience);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/// A queue that can be awaited: `push` from an event handler, `next` from the test.
export class Inbox {
    #items = [];
    #waiting = [];

    push(item) {
        const waiting = this.#waiting.shift();
        if (waiting) waiting(item);
        else this.#items.push(item);
    }

    get size() {
        return this.#items.length;
    }

    next(what = "the next message", ms = 5000) {
        if (this.#items.length) return Promise.resolve(this.#items.shift());
        let resolveThis;
        const item = new Promise((resolve) => this.#waiting.push((resolveThis = resolve)));
        return within(item, what, ms).catch((late) => {
            this.#waiting = this.#waiting.filter((resolve) => resolve !== resolveThis);
            throw late;
        });
    }

    /// Everything that has arrived and was not asked for.
    drain() {
        return this.#items.splice(0);
    }
}

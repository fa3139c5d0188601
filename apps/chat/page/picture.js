// Pictures: made fit for the line (a type that everybody shows, below the size that the server takes), and the chooser below the
// log. It knows neither the line nor conversations; chat.js takes what was chosen.

const limit = 700_000;                 // bytes
const asTheyAre = ["image/png", "image/jpeg", "image/gif", "image/webp"];

const drawn = (source, side, quality) => {
    const scale = Math.min(1, side / Math.max(source.width, source.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(source.width * scale));
    canvas.height = Math.max(1, Math.round(source.height * scale));
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";        // JPEG knows no transparency
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
};

/// A blob that may be sent, or null if the file is no picture that this browser can read.
async function fit(file) {
    if (asTheyAre.includes(file.type) && file.size <= limit) {
        // Looked at once, so that something that only calls itself a picture is found here.
        return createImageBitmap(file).then((bitmap) => (bitmap.close(), file), () => null);
    }
    const source = await createImageBitmap(file).catch(() => null);
    if (!source) return null;
    for (const [side, quality] of [[2048, 0.85], [1600, 0.75], [1200, 0.65], [800, 0.5]]) {
        const smaller = await drawn(source, side, quality);
        if (smaller && smaller.size <= limit) return smaller;
    }
    return null;
}

const firstPicture = (transfer) => [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/"));

/// The picture of the message that is being written: chosen by button, pasted or dropped, shown, taken away again.
export class PicturePicker {
    chosen = null;                     // a blob that fits
    #at;
    #tell;

    /// `at` finds an element by its id; `tell` has `wanted()`: are we in the room, `changed()`, `refused()`.
    constructor(at, tell) {
        this.#at = at;
        this.#tell = tell;
        at("picture-choose").addEventListener("click", () => at("picture-file").click());
        at("picture-file").addEventListener("change", () => {
            this.#choose(at("picture-file").files[0]);
            at("picture-file").value = "";
        });
        at("picture-away").addEventListener("click", () => { this.take(); tell.changed(); });
        document.addEventListener("paste", (event) => {
            const file = tell.wanted() && firstPicture(event.clipboardData);
            if (!file) return;
            event.preventDefault();
            this.#choose(file);
        });
        document.addEventListener("dragover", (event) => {
            if (!event.dataTransfer.types.includes("Files")) return;
            event.preventDefault();    // a file that misses must not replace the page
            at("drop").hidden = !tell.wanted();
        });
        document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) at("drop").hidden = true; });
        document.addEventListener("drop", (event) => {
            if (!event.dataTransfer.types.includes("Files")) return;
            event.preventDefault();
            at("drop").hidden = true;
            if (tell.wanted()) this.#choose(firstPicture(event.dataTransfer));
        });
    }

    /// Hands the picture over; the next message starts without one.
    take() {
        const blob = this.chosen;
        this.#show(null);
        return blob;
    }

    async #choose(file) {
        if (!file) return;
        this.#show(await fit(file));
        if (this.chosen) this.#tell.changed();
        else this.#tell.refused();
    }

    #show(blob) {
        this.chosen = blob;
        URL.revokeObjectURL(this.#at("picture-shown").src);
        if (blob) this.#at("picture-shown").src = URL.createObjectURL(blob);
        else this.#at("picture-shown").removeAttribute("src");
        this.#at("picture").hidden = !blob;
    }
}

// Keys, mouse and fingers become what a ship is asked for: {angle, thrust, dash}, as an input has them. Whichever was used last counts.
const turn = 2 * Math.PI;
const keys = {
    ArrowUp: "up", KeyW: "up", ArrowDown: "down", KeyS: "down", ArrowLeft: "left", KeyA: "left", ArrowRight: "right", KeyD: "right",
    Space: "dash", ShiftLeft: "dash", ShiftRight: "dash",
};
const stick = 56;                      // pixels from the middle to full speed
const dead = 7;

export class Controls {
    /// `dashButton` is for thumbs; `knob` shows where the finger steers from.
    constructor(canvas, dashButton, knob) {
        this.canvas = canvas;
        this.knob = knob;
        this.held = new Set();
        this.by = "keys";
        this.mouse = { x: 0, y: 0 };
        this.mouseDash = false;
        this.finger = null;            // the one that steers: {id, from, to}
        this.dashFingers = new Set();
        this.angle = 0;
        this.asked = false;            // a dash was asked for since the last input: none is too short to be seen
        this.active = false;

        addEventListener("keydown", (event) => this.press(event));
        addEventListener("keyup", (event) => this.held.delete(keys[event.code]));
        addEventListener("blur", () => this.letGo());
        canvas.addEventListener("pointermove", (event) => this.move(event));
        canvas.addEventListener("pointerdown", (event) => this.touch(event));
        for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this.lift(event));
        canvas.addEventListener("contextmenu", (event) => event.preventDefault());
        dashButton.addEventListener("pointerdown", (event) => {
            event.preventDefault();
            dashButton.setPointerCapture(event.pointerId);
            this.dashFingers.add(event.pointerId);
            this.asked = true;
        });
        for (const end of ["pointerup", "pointercancel"]) dashButton.addEventListener(end, (event) => this.dashFingers.delete(event.pointerId));
        // Enter and the click of a screen reader
        dashButton.addEventListener("click", (event) => { if (event.detail === 0) this.asked = true; });
    }

    letGo() {
        this.held.clear();
        this.dashFingers.clear();
        this.mouseDash = false;
        this.finger = null;
        this.asked = false;
        this.showKnob();
    }

    press(event) {
        const key = keys[event.code];
        if (!this.active || !key || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.target.closest?.("input, dialog") || (event.code === "Space" && event.target.closest?.("button"))) return;
        event.preventDefault();
        this.held.add(key);
        if (key !== "dash") this.by = "keys";
        else if (!event.repeat) this.asked = true;
    }

    touch(event) {
        if (!this.active) return;
        event.preventDefault();
        this.canvas.focus({ preventScroll: true });
        this.canvas.setPointerCapture(event.pointerId);
        const at = { x: event.clientX, y: event.clientY };
        if (event.pointerType === "mouse") {
            this.by = "mouse";
            this.mouse = at;
            this.mouseDash = this.asked = true;
        } else if (!this.finger) {
            this.by = "finger";
            this.finger = { id: event.pointerId, from: at, to: at };
            this.showKnob();
        } else {
            this.dashFingers.add(event.pointerId);
            this.asked = true;
        }
    }

    move(event) {
        const at = { x: event.clientX, y: event.clientY };
        if (event.pointerType === "mouse") {
            if (!this.active || (this.by !== "mouse" && Math.hypot(event.movementX, event.movementY) < 2)) return;
            this.by = "mouse";
            this.mouse = at;
        } else if (this.finger?.id === event.pointerId) {
            this.finger.to = at;
            // the middle comes along, so that a thumb that has wandered off can turn at once
            const [x, y] = [at.x - this.finger.from.x, at.y - this.finger.from.y];
            const far = Math.hypot(x, y);
            if (far > stick) this.finger.from = { x: at.x - (x / far) * stick, y: at.y - (y / far) * stick };
            this.showKnob();
        }
    }

    lift(event) {
        if (event.pointerType === "mouse") this.mouseDash = false;
        this.dashFingers.delete(event.pointerId);
        if (this.finger?.id === event.pointerId) this.finger = null;
        this.showKnob();
    }

    showKnob() {
        this.knob.hidden = !this.finger;
        if (!this.finger) return;
        const { from, to } = this.finger;
        this.knob.style.transform = `translate(${from.x}px, ${from.y}px)`;
        this.knob.firstElementChild.style.transform = `translate(${to.x - from.x}px, ${to.y - from.y}px)`;
    }

    /// `ship`: where the own one is on the screen, for the mouse.
    wanted(ship) {
        let [x, y, thrust] = [0, 0, 0];
        if (this.by === "keys") {
            x = this.held.has("right") - this.held.has("left");
            y = this.held.has("down") - this.held.has("up");
            thrust = x || y ? 1 : 0;
        } else if (this.by === "mouse") {
            [x, y] = [this.mouse.x - ship.x, this.mouse.y - ship.y];
            thrust = Math.min(Math.max((Math.hypot(x, y) - 22) / 90, 0), 1);
        } else if (this.finger) {
            [x, y] = [this.finger.to.x - this.finger.from.x, this.finger.to.y - this.finger.from.y];
            thrust = Math.min(Math.max((Math.hypot(x, y) - dead) / (stick - dead - 8), 0), 1);
        }
        if (thrust > 0) this.angle = Math.round((Math.atan2(y, x) / turn) * 256) & 255;
        return { angle: this.angle, thrust: Math.round(thrust * 255), dash: this.held.has("dash") || this.mouseDash || this.dashFingers.size > 0 || this.asked };
    }
}

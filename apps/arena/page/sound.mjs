// A few short tones, off until somebody switches them on. Nothing is loaded: they are made of oscillators.

export class Sound {
    constructor() { this.on = false; }

    toggle() {
        this.on = !this.on;
        if (this.on) this.context ??= new AudioContext();
        return this.on;
    }

    tone(from, to, seconds, loud = 0.08, type = "sine") {
        if (!this.on || this.context.state !== "running") return;
        const now = this.context.currentTime;
        const [oscillator, gain] = [this.context.createOscillator(), this.context.createGain()];
        oscillator.type = type;
        oscillator.frequency.setValueAtTime(from, now);
        oscillator.frequency.exponentialRampToValueAtTime(to, now + seconds);
        gain.gain.setValueAtTime(loud, now);
        gain.gain.exponentialRampToValueAtTime(0.0005, now + seconds);
        oscillator.connect(gain).connect(this.context.destination);
        oscillator.start(now);
        oscillator.stop(now + seconds);
    }

    spark(worth) { this.tone(620 + 60 * worth, 900 + 90 * worth, 0.09, 0.04); }
    dash() { this.tone(180, 520, 0.16, 0.05, "triangle"); }
    hit() { this.tone(520, 90, 0.3, 0.1, "square"); }
    lost() { this.tone(300, 50, 0.5, 0.1, "sawtooth"); }
    bell() { this.tone(880, 870, 0.9, 0.09); }
}

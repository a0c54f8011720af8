let context: AudioContext | undefined;

/** Two short soft notes. Silent until the page has been touched, as browsers demand. */
export function playChime(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  const start = context.currentTime + 0.02;
  for (const [step, pitch] of [659.25, 880].entries()) {
    const note = context.createOscillator();
    const gain = context.createGain();
    const at = start + step * 0.11;
    note.type = "sine";
    note.frequency.value = pitch;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.09, at + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.34);
    note.connect(gain).connect(context.destination);
    note.start(at);
    note.stop(at + 0.36);
  }
}

// The amount said aloud, in full: a sound box that said "two hundred" for two hundred thousand has cheated people. Where
// the phone has no Vietnamese voice, three rising notes.

/** Whether this phone can say it in Vietnamese. */
export function vietnameseVoice(): SpeechSynthesisVoice | undefined {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find(({ lang }) => /^vi\b/i.test(lang.replace("_", "-")));
}

let audio: AudioContext | undefined;

/** Readies the sound within a touch of the person: browsers let a page sound only after one. */
export function ready(): void {
  if (!("AudioContext" in globalThis)) return;
  audio ??= new AudioContext();
  void audio.resume();
  // Voices are loaded when they are first asked for.
  vietnameseVoice();
}

export function say(words: string): void {
  const voice = vietnameseVoice();
  if (voice) {
    const speech = new SpeechSynthesisUtterance(words);
    speech.voice = voice;
    speech.lang = voice.lang;
    speech.rate = 0.9;
    speechSynthesis.cancel();
    speechSynthesis.speak(speech);
  } else {
    tone();
  }
}

function tone(): void {
  if (!audio) return;
  [523.25, 659.25, 783.99].forEach((frequency, place) => {
    if (!audio) return;
    const at = audio.currentTime + place * 0.16;
    const note = audio.createOscillator();
    const volume = audio.createGain();
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(0.3, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    note.connect(volume).connect(audio.destination);
    note.start(at);
    note.stop(at + 0.3);
  });
}

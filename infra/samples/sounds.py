"""Two recordings made of numbers: a night market, and an oud beside the sea. The same bytes each time."""

import io
import wave

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]

RATE = 9_000  # samples a second: twelve to fourteen seconds of 16 bits stay under 260 kB


def play_all() -> dict[str, bytes]:
    """Every recording: name of the file and its content (WAV, 16 bit, mono)."""
    return {"sample-night-market.wav": _wav(night_market()), "sample-oud-evening.wav": _wav(oud_evening())}


def night_market() -> Sound:
    """Twelve seconds: voices far off, something goes into a wok, the ladle, a bell, and a chord from the next stall."""
    dice = np.random.default_rng(27)
    mix = np.zeros(12 * RATE)
    _add(mix, 0, 0.10 * _band(dice, 12, 180, 900) * (1 + 0.4 * np.sin(2 * np.pi * 0.7 * _time(12))))
    for at, seconds, level in ((0.7, 5.2, 0.26), (6.9, 4.6, 0.17)):
        hiss = _band(dice, seconds, 1_800, 4_300)
        crackle = hiss * (dice.random(hiss.size) < 0.02) * 5
        time = _time(seconds)
        _add(mix, at, level * (hiss + crackle) * np.minimum(1, time / 0.08) * np.exp(-time * 0.62))
    for at in (2.3, 2.62, 2.94, 3.1, 8.3, 8.62, 8.94):
        _add(mix, at, 0.10 * _struck((1_130, 1_790, 2_870, 3_650), 0.25, 22))
    for at in (4.5, 4.95):
        _add(mix, at, 0.20 * _struck((1_046, 2_093, 2_888, 4_080), 2.2, 2.6))
    for step, pitch in enumerate((60, 67, 72, 76, 79)):
        _add(mix, 6.2 + 0.11 * step, 0.15 * _plucked(pitch, 5.5, 0.9))
    return _finished(mix, 0.3, 1.6)


def oud_evening() -> Sound:
    """Fourteen seconds: waves, and a phrase in Hijaz on D that climbs, hesitates on the second and comes home."""
    dice = np.random.default_rng(14)
    mix = np.zeros(14 * RATE)
    swell = 0.5 - 0.5 * np.cos(2 * np.pi * _time(14) / 5.6)
    _add(mix, 0, 0.11 * _band(dice, 14, 120, 1_900) * (0.25 + swell**2))
    phrase = (
        (0.9, 50, 0.9), (1.6, 57, 0.7), (2.0, 58, 0.6), (2.4, 57, 0.7), (2.8, 55, 0.6), (3.2, 54, 0.8), (3.9, 55, 0.5),
        (4.1, 54, 0.5), (4.3, 51, 0.9), (5.4, 50, 0.9), (5.45, 38, 0.8), (6.6, 54, 0.6), (6.95, 55, 0.6),
        (7.3, 57, 0.8), (7.7, 60, 0.7), (8.1, 58, 0.6), (8.3, 57, 0.6), (8.5, 55, 0.6), (8.9, 57, 0.8),
        (9.5, 54, 0.7), (9.7, 55, 0.5), (9.9, 54, 0.6), (10.3, 51, 0.9), (11.1, 50, 1.0), (11.16, 45, 0.7),
        (11.22, 38, 0.9),
    )  # fmt: skip
    for at, pitch, strength in phrase:
        _add(mix, at, 0.24 * strength * _plucked(pitch, 3.2, 1.5))
        if pitch > 40:  # an oud's strings come in pairs, never quite in tune
            _add(mix, at + 0.012, 0.15 * strength * _plucked(pitch + 0.06, 3.2, 1.6))
    return _finished(mix, 0.6, 2.2)


def _plucked(pitch: float, seconds: float, damping: float) -> Sound:
    """A string of this MIDI pitch: what is high in it fades first."""
    time, base = _time(seconds), 440 * 2 ** ((pitch - 69) / 12)
    sound = np.zeros(time.size)
    for partial in range(1, 24):
        frequency = base * partial * (1 + 0.00012 * partial**2)
        if frequency < RATE * 0.46:
            level = np.sin(np.pi * partial * 0.22) / partial
            sound += level * np.sin(2 * np.pi * frequency * time) * np.exp(-time * damping * (0.8 + 0.35 * partial))
    return _eased(sound)


def _struck(frequencies: tuple[float, ...], seconds: float, damping: float) -> Sound:
    """Metal: partials that are no multiples of one another."""
    time = _time(seconds)
    parts = [
        np.sin(2 * np.pi * frequency * time) * np.exp(-time * damping * (1 + 0.5 * place)) / (1 + place)
        for place, frequency in enumerate(frequencies)
    ]
    return _eased(np.sum(parts, axis=0))


def _band(dice: np.random.Generator, seconds: float, low: float, high: float) -> Sound:
    """Noise between two frequencies, its loudness 1 (root mean square)."""
    spectrum = np.fft.rfft(dice.standard_normal(int(seconds * RATE)))
    frequencies = np.fft.rfftfreq(int(seconds * RATE), 1 / RATE)
    spectrum *= 1 / (1 + (low / np.maximum(frequencies, 1)) ** 4) / (1 + (frequencies / high) ** 4)
    noise = np.fft.irfft(spectrum, int(seconds * RATE))
    even: Sound = noise / np.sqrt(np.mean(noise**2))
    return even


def _time(seconds: float) -> Sound:
    return np.arange(int(seconds * RATE)) / RATE


def _eased(sound: Sound) -> Sound:
    """Without a click at either end."""
    few = int(0.003 * RATE)
    sound[:few] *= np.linspace(0, 1, few)
    sound[-10 * few :] *= np.linspace(1, 0, 10 * few)
    return sound


def _add(mix: Sound, at: float, sound: Sound) -> None:
    start = int(at * RATE)
    end = min(mix.size, start + sound.size)
    mix[start:end] += sound[: end - start]


def _finished(mix: Sound, fade_in: float, fade_out: float) -> Sound:
    """Softly limited, faded in and out (seconds), the loudest sample at 0.8."""
    mix = np.tanh(0.9 * mix / np.quantile(np.abs(mix), 0.999))
    start, end = int(fade_in * RATE), int(fade_out * RATE)
    mix[:start] *= np.linspace(0, 1, start) ** 2
    mix[-end:] *= np.linspace(1, 0, end) ** 2
    mix *= 0.8 / np.max(np.abs(mix))
    return mix


def _wav(sound: Sound) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(np.round(sound * 32_767).astype("<i2").tobytes())
    return file.getvalue()

// Axes: round numbers along them, and where a number stands.

const STEPS = [1, 2, 5, 10];
const MOST = 7; // powers of ten at an axis
const RAISED = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].entries()) };

// Return round numbers between two others, and how they are written.
export function ticks(low, high, most) {
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const step = power * STEPS.find((each) => (high - low) / (power * each) <= most);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, n) => [(first + n) * step, ((first + n) * step).toFixed(decimals).replace("-", "−")]);
}

// Write a power: 2⁻²⁵.
export const power = (base, exponent) => base + Array.from(String(exponent), (each) => RAISED[each]).join("");

// Return an axis of powers of ten around some numbers; those that are not above 0 have no place on it.
export function decades(values, name) {
  const powers = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  const low = powers.length ? Math.floor(Math.min(...powers) + 1e-9) : 0;
  const high = powers.length ? Math.max(Math.ceil(Math.max(...powers) - 1e-9), low + 1) : 1;
  const step = Math.max(1, Math.ceil((high - low) / (MOST - 1)));
  const marked = Array.from({ length: high - low + 1 }, (_, n) => low + n).filter((each) => each % step === 0);
  return { name, low, high, of: Math.log10, ticks: marked.map((each) => [10 ** each, power(10, each)]) };
}

// Return an axis with round numbers.
export const plain = (low, high, name, most = 6) => ({ name, low, high, of: (value) => value, ticks: ticks(low, high, most) });

// Return what gives the place of a number between two ends of an axis.
export const placing = ({ low, high, of }, from, to) => (value) => from + ((of(value) - low) / (high - low)) * (to - from);

// Numbers as sheets write them: `printing.number_text` does it in Python.

const [SMALLEST, LARGEST] = [-4, 12]; // powers of ten beyond which numbers are written with one
const DIGITS = 12;

const minus = (text) => text.replace("-", "−");
const power = (exponent) => `·10<sup>${minus(String(Number(exponent)))}</sup>`;
const trimmed = (digits) => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);
const isScientific = (exponent) => exponent < SMALLEST || exponent >= LARGEST;

// A number as it is, with up to twelve digits.
export function whole(value) {
  if (!value) return "0";
  const [digits, exponent] = value.toExponential(DIGITS - 1).split("e");
  if (isScientific(Math.floor(Math.log10(Math.abs(value))))) return minus(trimmed(digits)) + power(exponent);
  return minus(trimmed(value.toPrecision(DIGITS)));
}

// A rounded number: so many units of its last decimal.
export function rounded([units, decimals]) {
  const [sign, size] = [units.startsWith("-") ? "−" : "", units.replace("-", "")];
  const exponent = size.length - 1 - decimals;
  if (size === "0" || !isScientific(exponent)) return sign + pointed(size.padStart(decimals + 1, "0"), decimals);
  return sign + pointed(size, size.length - 1) + power(exponent);
}

const pointed = (digits, decimals) => (decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits);

// Return the same number with another sign.
export const negative = ([units, decimals]) => [units === "0" ? units : units.startsWith("-") ? units.slice(1) : `-${units}`, decimals];

export const valueOf = ([units, decimals]) => Number(`${units}e-${decimals}`);

// A number as pictures write it: three digits, or two and a power of ten. `quantities.three_digits` does it in Python.

const RAISED = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].entries()) };
const EXACT = 40; // digits that no tie has

// Of two texts that are as near, JavaScript writes the larger one, and Python the one whose last digit is even.
function rounded(value, digits, write) {
  const all = value.toExponential(EXACT);
  const tie = /^50*e/.test(all.slice(digits + 1));
  return write(tie && all[digits] % 2 === 0 ? value * (1 - Number.EPSILON) : value);
}

const fixed = (size) => rounded(size, 3, (value) => value.toPrecision(3));
const power = (size) => rounded(size, 2, (value) => value.toExponential(1)).split("e");

// Return a number in two parts: its digits, and its power of ten, if it has one.
export function parts(value) {
  if (Number.isNaN(value)) return ["NaN", ""];
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (size === Infinity) return [`${sign}∞`, ""];
  if (size === 0) return ["0", ""];
  if (1e-3 <= size && size < 999.5) return [sign + fixed(size), ""];
  const [digits, exponent] = power(size);
  return [sign + digits, String(Number(exponent))];
}

const line = (digits, exponent) => (exponent === "" ? digits : `${digits}·10${Array.from(exponent, (each) => RAISED[each]).join("")}`);

// Return a number as a line of text: −3.0·10⁻⁵.
export const threeDigits = (value) => line(...parts(value));

const SAME = 1e-9; // another way to write a rule rounds elsewhere

// Whether two numbers are one, but for rounding.
export const same = (one, other) => Object.is(one, other) || Math.abs(one - other) <= SAME * Math.max(Math.abs(one), Math.abs(other));

// Return a number with six digits, to be compared with another.
export function sixDigits(value) {
  const [digits, exponent = ""] = value.toPrecision(6).replace(/^-/, "−").split("e");
  return line(digits, exponent && String(Number(exponent)));
}

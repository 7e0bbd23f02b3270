// Numbers as people write them. What is missing (null, NaN) is a dash.
const kDash = "–";

function known(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function grouped(text) {
  const [whole, part] = text.replace("-", "−").split(".");
  const spaced = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") : whole;
  return part === undefined ? spaced : `${spaced}.${part}`;
}

function count(value) {
  return known(value) ? grouped(String(Math.round(value))) : kDash;
}

// 1234567 is 1.2M.
function compact(value) {
  if (!known(value)) return kDash;
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e4, "k"]]) {
    if (value < size) continue;
    const scaled = value / (letter === "k" ? 1e3 : size);
    return scaled.toFixed(scaled < 10 ? 1 : 0) + letter;
  }
  return count(value);
}

// What is not quite all or nothing never reads as if it were.
function percent(share, decimals = 1) {
  if (!known(share)) return kDash;
  const text = (100 * share).toFixed(decimals);
  if (share < 1 && Number(text) === 100) return `> ${(100 - 10 ** -decimals).toFixed(decimals)}\u202f%`;
  if (share > 0 && Number(text) === 0) return `< ${(10 ** -decimals).toFixed(decimals)}\u202f%`;
  return `${grouped(text)}\u202f%`;
}

function number(value) {
  if (!known(value)) return kDash;
  if (Number.isInteger(value)) return count(value);
  const size = Math.abs(value);
  if (size >= 1000) return grouped(value.toFixed(0));
  if (size >= 1) return grouped(value.toPrecision(4));
  return size >= 0.001 ? grouped(value.toFixed(4)) : value.toExponential(1).replace(/-/g, "−");
}

// Writes numbers that stand side by side with as many decimals as the largest of them needs.
function sideBySide(values) {
  const some = values.filter(known);
  const most = some.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  if (some.every(Number.isInteger) && most > 1) return count;
  const decimals = most <= 1 ? 4 : most < 10 ? 3 : most < 1000 ? 2 : 0;
  return (value) =>
             (!known(value)                              ? kDash :
                  value !== 0 && Math.abs(value) < 0.001 ? number(value) :
                                                           grouped(value.toFixed(decimals)));
}

function seconds(value) {
  if (!known(value)) return kDash;
  if (value < 100) return `${value.toFixed(value < 10 ? 1 : 0)} s`;
  const pad = (part) => String(part).padStart(2, "0");
  const whole = Math.round(value);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole / 60) % 60)} min`;
}

const kUnits = {
  share: percent,
  count,
  seconds,
  number
};

function plural(many, one) {
  return `${count(many)} ${one}${many === 1 ? "" : "s"}`;
}

// Ticks at 1, 2 or 5 times a power of ten that span low..high.
function niceTicks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const ticks = [];
  for (let i = Math.floor(low / step + 1e-9);; ++i) {
    ticks.push(i * step);
    if (i * step >= high - 1e-9 * step)
      return {ticks, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9))};
  }
}

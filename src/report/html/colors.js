// Classes beyond the eighth repeat the colours with another mark.
const kLineColors = 8;

function lineColor(index) {
  return `var(--line${index % kLineColors})`;
}

function className(index) {
  return data.classes?.[index]?.name ?? (known(index) ? `class ${index}` : kDash);
}

function classColor(index) {
  const color = data.classes?.[index]?.color;
  return color ? `rgb(${color.map(Number).join(",")})` : lineColor(index);
}

function swatch(color) {
  return el("span", {class: "swatch", style: {background: color}, "aria-hidden": "true"});
}

// The name of a class, with its colour where the data set gives one.
function classLabel(index) {
  const colored = data.classes?.[index]?.color;
  return el("span", {class: "class-name"}, colored ? swatch(classColor(index)) : null, className(index));
}

// A custom property of the theme as canvases need it.
function ink(name) {
  return getComputedStyle(root).getPropertyValue(`--${name}`).trim();
}

function resolved(color) {
  const name = /^var\(--(\w+)\)$/.exec(color);
  return name ? ink(name[1]) : color;
}

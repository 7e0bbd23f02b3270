// Elements. Strings become text nodes, never markup.
const kSvg = new DOMParser().parseFromString("<svg>", "text/html").querySelector("svg").namespaceURI;

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on"))
      element.addEventListener(name.slice(2), value);
    else if (name === "style")
      for (const [k, v] of Object.entries(value)) element.style.setProperty(k, v);
    else
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(kSvg, tag), attributes, children);
}

// A line that tells what is under the pointer; screen readers hear it too.
function readout(text) {
  return el("p", {class: "readout", "aria-live": "polite"}, text);
}

function choice(label, options, onchange) {
  const select =
      el("select", {onchange: () => onchange(select.value)},
         options.map(([value, text]) => el("option", {value}, text)));
  return el("label", {class: "choice"}, el("span", {}, label), select);
}

// Something wider than a phone: scrolls by itself, with the keyboard too.
function scroller(label, ...children) {
  return el("div", {class: "scroller", tabindex: 0, role: "region", "aria-label": label}, ...children);
}

// Calls draw(width in px) now and whenever the width of `box` changes.
function onWidth(box, draw) {
  let last = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0 && width !== last) draw(last = width);
  }).observe(box);
}

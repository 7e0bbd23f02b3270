// A matrix of colours. Up to kMostTableCells columns it is a table with numbers, above that a canvas.
// share(r, c): 0..1, where colours follow the square root, so that small shares are seen; or -1..1 when diverging.
const kMostTableCells = 40;

function tint(share, diverging) {
  const amount = known(share) ? Math.min(1, Math.abs(share)) ** (diverging ? 1 : 0.5) : 0;
  const strong = !diverging ? "heat" : share < 0 ? "less" : "more";
  return {amount, color: `color-mix(in oklab, var(--${strong}) ${(100 * amount).toFixed(1)}%, var(--pale))`};
}

// options: rows, columns (names), share, text (of a cell), say (its sentence), hint, label, open and has (pictures), diverging.
function heatMap(options) {
  const {rows, columns, say, open, has} = options;
  const line = readout(options.hint);
  const view = Math.max(rows.length, columns.length) > kMostTableCells ? heatCanvas(options) : heatTable(options);
  let current = [0, 0];
  const go = (r, c, scroll) => {
    current = [Math.max(0, Math.min(rows.length - 1, r)), Math.max(0, Math.min(columns.length - 1, c))];
    view.mark(...current, scroll);
    line.textContent = say(...current) + (has?.(...current) ? " Click or press Enter for pictures." : "");
  };
  const show = () => has?.(...current) && open(...current);
  fill(view.box, {
    tabindex: 0, role: "group", "aria-roledescription": "heat map", "aria-label": `${options.label}, arrow keys move through the cells`,
    onpointermove: (event) => { const at = view.at(event); if (at) go(...at); },
    onpointerleave: () => { if (document.activeElement !== view.box) { view.mark(-1, -1); line.textContent = options.hint; } },
    onfocus: () => view.box.matches(":focus-visible") && go(...current),
    onclick: (event) => { const at = view.at(event); if (at) { go(...at); show(); } },
    onkeydown: (event) => {
      const [r, c] = current;
      const to = {ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1], ArrowUp: [r - 1, c], ArrowDown: [r + 1, c],
        Home: [r, 0], End: [r, columns.length - 1], PageUp: [r - 10, c], PageDown: [r + 10, c]}[event.key];
      if (to) go(...to, true);
      else if (event.key === "Enter" || event.key === " ") show();
      else return;
      event.preventDefault();
    },
  }, []);
  return el("div", {class: "heat-map"}, heatScale(options), line, view.extra, view.box);
}

function heatScale({diverging, most, scaleName}) {
  const ticks = diverging ? [-1, -0.5, 0, 0.5, 1] : [0, 0.01, 0.1, 0.5, 1];
  const place = (t) => (diverging ? 50 + 50 * t : 100 * Math.sqrt(t));
  const name = (t) => (diverging ? `${t > 0 ? "+" : ""}${(100 * t * most).toFixed(most < 0.2 ? 1 : 0).replace("-", "−")}` : `${100 * t}`);
  return el("div", {class: diverging ? "scale diverging" : "scale"}, el("span", {class: "scale-name"}, scaleName),
    el("span", {class: "scale-bar", "aria-hidden": "true"}, ticks.map((t) => el("span", {style: {left: `${place(t)}%`}}, name(t)))));
}

function heatTable({rows, columns, share, text, has, diverging, corner, label}) {
  const upright = columns.length > 6 || columns.some((name) => name.length > 9);
  const cells = rows.map((_, r) => columns.map((_, c) =>
    el("td", {class: has?.(r, c) ? "has-pictures" : null, "data-cell": `${r},${c}`,
      style: {"--tint": tint(share(r, c), diverging).color}}, text(r, c))));
  const box = el("div", {class: "scroller heat"}, el("table", {class: upright ? "upright" : null, "aria-label": label},
    el("thead", {}, el("tr", {}, el("th", {class: "corner"}, corner), columns.map((name) =>
      el("th", {scope: "col", title: name}, el("span", {}, name))))),
    el("tbody", {}, rows.map((name, r) => el("tr", {}, el("th", {scope: "row", title: name}, el("span", {}, name)), cells[r])))));
  let marked = null;
  return {
    box,
    at: (event) => event.target.closest?.("[data-cell]")?.dataset.cell.split(",").map(Number),
    mark: (r, c, scroll) => {
      marked?.classList.remove("current");
      marked = cells[r]?.[c] ?? null;
      marked?.classList.add("current");
      if (scroll) marked?.scrollIntoView({block: "nearest", inline: "nearest"});
    },
  };
}

const kLargeCell = 14;  // px

function heatCanvas({rows, columns, share, diverging, corner}) {
  const canvas = el("canvas");
  const marker = el("span", {class: "marker", hidden: true});
  const top = el("div", {class: "column-names"});
  const left = el("div", {class: "row-names"});
  const box = el("div", {class: "scroller heat large"}, el("div", {class: "heat-grid"}, el("div", {class: "corner"}, corner), top, left,
    el("div", {class: "cells"}, canvas, marker)));
  let cell = kLargeCell;
  const names = (list, side) => list.map((name, i) => i % Math.ceil(12 / cell) ? null :
    el("span", {title: name, style: {[side]: `${i * cell + Math.min(0, cell - 12) / 2}px`, "--cell": `${Math.max(cell, 12)}px`}}, name));
  const draw = () => {
    const [width, height] = [columns.length * cell, rows.length * cell];
    const sharp = Math.min(devicePixelRatio, Math.sqrt(12e6 / (width * height)));  // canvases have a largest size
    Object.assign(canvas, {width: width * sharp, height: height * sharp});
    fill(canvas, {style: {width: `${width}px`, height: `${height}px`}}, []);
    const context = canvas.getContext("2d");
    context.scale(sharp, sharp);
    const colors = tintTable(diverging);
    rows.forEach((_, r) => columns.forEach((_, c) => {
      const value = share(r, c);
      context.fillStyle = colors(value);
      const gap = cell > 8 ? 1 : 0;
      context.fillRect(c * cell, r * cell, cell - gap, cell - gap);
    }));
    top.style.width = `${width}px`;
    left.style.height = `${height}px`;
    top.replaceChildren(...names(columns, "left").filter(Boolean));
    left.replaceChildren(...names(rows, "top").filter(Boolean));
    marker.hidden = true;
  };
  const fit = () => Math.max(3, Math.min(kLargeCell, Math.floor((box.clientWidth - 140) / columns.length)));
  const size = el("button", {class: "plain", "aria-pressed": "false", onclick: () => {
    const whole = size.getAttribute("aria-pressed") === "false";
    size.setAttribute("aria-pressed", whole);
    cell = whole ? fit() : kLargeCell;
    draw();
  }}, "Whole matrix");
  repaints.push(draw);
  draw();
  return {
    box, extra: size,
    at: (event) => {
      const place = canvas.getBoundingClientRect();
      const [r, c] = [Math.floor((event.clientY - place.top) / cell), Math.floor((event.clientX - place.left) / cell)];
      return event.target.closest(".cells") && r >= 0 && c >= 0 && r < rows.length && c < columns.length ? [r, c] : null;
    },
    mark: (r, c, scroll) => {
      marker.hidden = r < 0;
      fill(marker, {style: {left: `${c * cell}px`, top: `${r * cell}px`, width: `${cell}px`, height: `${cell}px`}}, []);
      if (scroll) marker.scrollIntoView({block: "nearest", inline: "nearest"});
    },
  };
}

// The browser mixes the colours once for each of 64 steps.
function tintTable(diverging) {
  const probe = el("span", {hidden: true});
  root.append(probe);
  const mixed = (share) => {
    probe.style.color = tint(share, diverging).color;
    return getComputedStyle(probe).color;
  };
  const table = Array.from({length: 129}, (_, i) => mixed(diverging ? (i - 64) / 64 : Math.max(0, i / 64 - 1) ** 2));
  probe.remove();
  return (share) => table[64 + Math.round(64 * Math.sign(share ?? 0) * tint(share, diverging).amount)];
}

// A matrix of colours. Up to kMostTableCells columns it is a table with numbers, above that a canvas.
// share(r, c): 0..1, where colours follow the square root, so that small shares are seen; or -1..1 when
// diverging.
const kMostTableCells = 40;

function tint(share, diverging) {
  const amount = known(share) ? Math.min(1, Math.abs(share)) ** (diverging ? 1 : 0.5) : 0;
  const strong = !diverging ? "heat" : share < 0 ? "less" : "more";
  return {amount, color: `color-mix(in oklab, var(--${strong}) ${(100 * amount).toFixed(1)}%, var(--pale))`};
}

// options: rows, columns (names), share, text (of a cell), say (its sentence), hint, label, open and has
// (pictures), diverging.
function heatMap(options) {
  const {rows, columns, say, open, has} = options;
  const line = readout(options.hint);
  const view =
      Math.max(rows.length, columns.length) > kMostTableCells ? heatCanvas(options) : heatTable(options);
  let current = [0, 0];
  const go = (r, c, scroll) => {
    current = [Math.max(0, Math.min(rows.length - 1, r)), Math.max(0, Math.min(columns.length - 1, c))];
    view.mark(...current, scroll);
    line.textContent = say(...current) + (has?.(...current) ? " Click or press Enter for pictures." : "");
  };
  const show = () => has?.(...current) && open(...current);
  fill(
      view.box, {
        tabindex: 0,
        role: "group",
        "aria-roledescription": "heat map",
        "aria-label": `${options.label}, arrow keys move through the cells`,
        onpointermove: (event) => {
          const at = view.at(event);
          if (at) go(...at);
        },
        onpointerleave: () => {
          if (document.activeElement !== view.box) {
            view.mark(-1, -1);
            line.textContent = options.hint;
          }
        },
        onfocus: () => view.box.matches(":focus-visible") && go(...current),
        onclick: (event) => {
          const at = view.at(event);
          if (at) {
            go(...at);
            show();
          }
        },
        onkeydown: (event) => {
          const [r, c] = current;
          const to = {
            ArrowLeft: [r, c - 1],
            ArrowRight: [r, c + 1],
            ArrowUp: [r - 1, c],
            ArrowDown: [r + 1, c],
            Home: [r, 0],
            End: [r, columns.length - 1],
            PageUp: [r - 10, c],
            PageDown: [r + 10, c]
          }[event.key];
          if (to)
            go(...to, true);
          else if (event.key === "Enter" || event.key === " ")
            show();
          else
            return;
          event.preventDefault();
        },
      },
      []);
  return el("div", {class: "heat-map"}, heatScale(options), line, view.extra, view.box);
}

function heatScale({diverging, most, scaleName}) {
  const ticks = diverging ? [-1, -0.5, 0, 0.5, 1] : [0, 0.01, 0.1, 0.5, 1];
  const place = (t) => (diverging ? 50 + 50 * t : 100 * Math.sqrt(t));
  const name = (t) =>
      (diverging ? `${t > 0 ? "+" : ""}${(100 * t * most).toFixed(most < 0.2 ? 1 : 0).replace("-", "−")}` :
                   `${100 * t}`);
  return el(
      "div", {class: diverging ? "scale diverging" : "scale"}, el("span", {class: "scale-name"}, scaleName),
      el("span", {class: "scale-bar", "aria-hidden": "true"},
         ticks.map((t) => el("span", {style: {left: `${place(t)}%`}}, name(t)))));
}

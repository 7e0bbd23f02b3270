// Pictures with their masks: the slider leads from the picture to the truth, the prediction, the error.
const kLayers =
    [["picture", "Picture"], ["truth", "Truth"], ["prediction", "Prediction"], ["error", "Error"]];

function segmentationView({pictures: samples, split}) {
  if (!samples?.length) return null;
  const list = el("div", {class: "sample-list", role: "group", "aria-label": "Pictures"});
  const viewer = el("div", {class: "viewer"});
  let position = 2;
  let wanted = "";
  const iouOf = (sample) =>
      wanted === "" ? sample.iou : sample.classes?.find((one) => one.class === Number(wanted))?.iou;
  let some = [];
  const put = () => {
    some = samples.filter((sample) => wanted === "" || known(iouOf(sample)))
                     .sort((a, b) => (iouOf(a) ?? 2) - (iouOf(b) ?? 2));
    list.replaceChildren(...some.map(
        (sample) =>
            el("button", {class: "sample", "aria-pressed": "false", onclick: () => show(sample)},
               picture(sample.picture, ""),
               el("span", {}, el("b", {}, percent(iouOf(sample))),
                  el("span", {class: "path", title: sample.path}, (sample.path ?? "").split("/").at(-1))))));
    if (some.length) show(some[0]);
  };
  const show = (sample) => {
    some.forEach((one, k) => list.children[k].setAttribute("aria-pressed", one === sample));
    const layers = kLayers.filter(([name]) => hasPicture(sample[name]));
    const images =
        layers.map(([name, title]) => picture(sample[name], `${title} of ${sample.path ?? "the picture"}`));
    const blend = (value) => {
      position = value;
      images.forEach((image, k) => {
        const opacity = k === 0 ? 1 : Math.max(0, Math.min(1, value - k + 1));
        image.style.opacity = opacity;
        image.setAttribute("aria-hidden", Math.round(value) !== k);
      });
      names.forEach((name, k) => name.setAttribute("aria-pressed", Math.round(value) === k));
      slider.setAttribute("aria-valuetext", layers[Math.round(value)]?.[1] ?? "");
    };
    const slider = el("input", {
      type: "range",
      min: 0,
      max: Math.max(0, layers.length - 1),
      step: 0.25,
      "aria-label": "From picture to masks",
      oninput: () => blend(Number(slider.value))
    });
    const names = layers.map(
        ([, title], k) =>
            el("button", {
              class: "plain",
              onclick: () => {
                slider.value = k;
                blend(k);
              }
            },
               title));
    const classes = [...(sample.classes ?? [])].sort((a, b) => (a.iou ?? 2) - (b.iou ?? 2));
    viewer.replaceChildren(
        el("div", {class: "layers"}, images), slider, el("div", {class: "layer-names"}, names),
        el("p", {class: "statement"}, el("b", {}, percent(sample.iou)), " IoU",
           sample.path ? el("span", {class: "path"}, ` ${sample.path}`) : null),
        el("ul", {class: "class-ious"},
           classes.map(
               (one) =>
                   el("li", {}, classLabel(one.class), meter(one.iou ?? 0), el("b", {}, percent(one.iou))))));
    slider.value = Math.min(position, layers.length - 1);
    blend(Number(slider.value));
  };
  const held = [...new Set(samples.flatMap((sample) => (sample.classes ?? []).map((one) => one.class)))].sort(
      (a, b) => a - b);
  put();
  return [
    el("div", {class: "controls"},
       held.length ? choice(
                         "class", [["", "all"], ...held.map((i) => [i, className(i)])],
                         (value) => {
                           wanted = value;
                           put();
                         }) :
                     null,
       el("span", {class: "quiet"}, [split, "lowest IoU first"].filter(Boolean).join(", "))),
    el("div", {class: "segmentation"}, list, viewer)
  ];
}

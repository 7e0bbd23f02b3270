// The page: sections in order, each only when there is something in it, and the table of contents.
let data = {};

function evaluationView(evaluation) {
  const ofLabels = Boolean(evaluation.label_mistakes);
  const parts = [
    ["Confusion matrix", () => evaluation.confusion && confusionView(evaluation)],
    [ofLabels ? "Per label" : "Per class", () => evaluation.per_class && perClassView(evaluation)],
    ["Thresholds", () => evaluation.thresholds && thresholdsView(evaluation.thresholds, evaluation.split)],
    [
      "Labels together",
      () => evaluation.co_occurrence && coOccurrenceView(evaluation.co_occurrence, evaluation.split)
    ],
    [
      ofLabels ? "Calibration, ROC, precision and recall" : "Calibration and ROC",
      () => {
        const panels = [
          evaluation.reliability && reliabilityView(evaluation.reliability),
          rocView(evaluation.roc, ofLabels), precisionRecallView(evaluation.precision_recall)
        ].filter(Boolean);
        return panels.length ? el("div", {class: "panels"}, panels) : null;
      }
    ],
    ["Mistakes", () => (ofLabels ? labelMistakesView(evaluation) : mistakesView(evaluation))],
  ];
  return [
    evaluation.samples ?
        el("p", {class: "statement"},
           `${count(evaluation.samples)} ${data.task === "segment" ? "pictures" : "samples"}.`) :
        null,
    metricsView(evaluation.metrics), ...parts.map(([title, view]) => part(title, view, evaluation.split))
  ];
}

// A view under its heading, or nothing. One that fails says so and leaves the others alone.
function part(title, view, split) {
  const content = guarded(title, view);
  return content &&
      el("section", {class: "part", "data-title": title},
         el("h3", {}, title, split ? el("span", {class: "split"}, split) : null), content);
}

function guarded(title, view) {
  try {
    const content = view();
    const some = (Array.isArray(content) ? content : [content]).filter(Boolean);
    return some.length ? some : null;
  } catch (error) {
    console.error(`${title}: ${error.message}`);
    return [el("p", {class: "problem"}, `${title} cannot be shown: ${error.message}`)];
  }
}

function sections() {
  const {embeddings, evaluations, segmentation, distances, comparison} = data;
  return [
    ["Run", () => factsView(data.facts)],
    ["Comparison", () => comparison && comparisonView(comparison)],
    ["Training", () => curvesView(data.curves)],
    ["Classes", () => classCountsView(data.classes)],
    ...(evaluations ?? []).map((one) => [`Evaluation: ${one.split}`, () => evaluationView(one)]),
    ["Segmentations", () => segmentation && segmentationView(segmentation)],
    [
      "Embeddings",
      () => embeddings?.length &&
          el("div", {class: "embeddings"}, embeddings.map(embeddingView).filter(Boolean))
    ],
    ["Distances to centroids", () => distances && distancesView(distances)],
    ["Figures", () => figuresView(data.figures)],
  ].map(([title, view]) => ({title, content: guarded(title, view)}))
      .filter(({content}) => content);
}

function contents(shown) {
  const links = new Map(shown.map(({id, title}) => [id, el("a", {href: `#${id}`}, title)]));
  const parts = ({id, content}) => content.filter((one) => one.dataset?.title).map((one, i) => {
    one.id = `${id}-${i + 1}`;
    return el("li", {}, el("a", {href: `#${one.id}`}, one.dataset.title));
  });
  const nav =
      el("nav", {class: "contents", "aria-label": "Contents"},
         el("ol", {},
            shown.map((section) => el("li", {}, links.get(section.id), el("ol", {}, parts(section))))));
  const seen = new IntersectionObserver((entries) => {
    for (const {isIntersecting, target} of entries) {
      if (!isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      const link = links.get(target.id);
      link.setAttribute("aria-current", "true");
      nav.scrollTo({left: link.offsetLeft - nav.clientWidth / 3});
    }
  }, {rootMargin: "-15% 0px -75% 0px"});
  return {nav, watch: (section) => seen.observe(section)};
}

function themeButton() {
  const name = () => (root.dataset.theme === "dark" ? "Light" : "Dark");
  const button =
      el("button",
         {class: "plain theme", onclick: () => chooseTheme(root.dataset.theme === "dark" ? "light" : "dark")},
         name());
  repaints.push(() => {
    button.textContent = name();
  });
  return button;
}

function build() {
  data = JSON.parse(document.getElementById("data").textContent);
  const shown = sections().map(
      (section, i) =>
          ({...section, id: `${i + 1}-${section.title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`}));
  const {nav, watch} = contents(shown);
  const main =
      el("main", {},
         shown.map(
             ({title, id, content}) =>
                 el("section", {id, "aria-labelledby": `${id}-title`}, el("h2", {id: `${id}-title`}, title),
                    content)));
  document.body.append(
      el("a", {class: "skip", href: "#main"}, "Skip to the content"),
      el("header", {},
         el("div", {class: "title-line"}, el("h1", {}, data.title ?? document.title), themeButton()),
         data.subtitle ? el("p", {class: "subtitle"}, data.subtitle) : null,
         data.command || data.created ?
             el("p", {class: "origin"}, data.command ? el("code", {}, data.command) : null,
                data.created ? el("span", {}, data.created) : null) :
             null,
         headlineView(data.headline)),
      nav, main);
  main.id = "main";
  if (!shown.length) main.append(el("p", {class: "statement"}, "This report holds no results."));
  main.querySelectorAll(":scope > section").forEach(watch);
}

addEventListener("DOMContentLoaded", () => {
  try {
    build();
  } catch (error) {
    console.error(error);
    document.body.append(
        el("p", {class: "problem"}, `The data of this page cannot be read: ${error.message}`));
  }
});

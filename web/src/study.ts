// Study: create blind comparisons and read their results.

import { get, plural, patch, post, type Duel, type Findings, type Look, type Method, type Photo, type Study } from "./api";
import { button, editable, tool } from "./controls";
import { fill, h, ICONS, type Child } from "./dom";
import { copy, save } from "./files";
import { LOOK, lookControls } from "./look";
import { showError, action, deleteWithUndo, notify } from "./notice";
import { status, viewOf, type Page } from "./state";

const percent = (value: number | null): string => (value === null ? "–" : `${Math.round(value * 100)} %`);
const chance = (p: number | null): string => (p === null ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(3));

export async function study(): Promise<Page> {
  const list = h("div", { class: "studies" });
  const { public_address } = await status();
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  const origin = local && public_address ? public_address : location.origin;
  let timer = 0;
  let left = false;

  const show = async (): Promise<void> => {
    clearTimeout(timer);
    try {
      const studies = await get<Study[]>("/api/studies");
      const cards = await Promise.all(studies.map(card));
      if (left) return;
      fill(list, ...(cards.length ? cards : [h("p", { class: "nothing" }, "No studies yet. Compare two looks on a few photos.")]));
      if (studies.some((each) => !each.ready)) timer = window.setTimeout(() => void show(), 1500);
    } catch (error) {
      showError(error);
    }
  };

  const card = async (each: Study): Promise<HTMLElement> => {
    const link = `${origin}/answer/${each.key}`;
    const found = each.choices ? await get<Findings>(`/api/studies/${each.id}/findings`) : null;
    return h("article", { class: "study", "data-id": each.id },
      h("div", { class: "row" }, editable(each.name, (name) => void patch(`/api/studies/${each.id}`, { name }).catch(showError)),
        h("span", { class: "tools" },
          tool("Copy link", ICONS.link, () => void copy(link).then(() => notify("Link copied"), showError)),
          tool("Download answers (CSV)", ICONS.down, () => save(`/api/studies/${each.id}/choices.csv`, `${each.name}.csv`)),
          tool(each.open ? "Close study" : "Open study", ICONS.lock, (event) => void action(async () => {
            await patch(`/api/studies/${each.id}`, { open: !each.open });
            await show();
          })(event), { "aria-pressed": String(!each.open) }),
          tool("Delete study", ICONS.trash, (event) => void action(() => deleteWithUndo(`/api/studies/${each.id}`, each.name, show))(event)))),
      h("p", { class: "hint" }, `${each.methods.map((method) => method.name).join(" · ")} on ${plural(each.photos.length, "photo")}. “${each.question}”`),
      each.ready
        ? h("p", {}, each.open ? "Link: " : "Closed: ", h("a", { href: link, target: "_blank", rel: "noopener" }, link),
          local && !public_address && h("span", { class: "hint" }, " (this computer only; to invite others, start the studio with --host 0.0.0.0)"))
        : h("p", { class: "hint" }, `Drawing pictures: ${each.message}`),
      found && results(each, found));
  };

  const form = await maker(() => void show());
  void show();
  return {
    element: h("div", { class: "page" }, h("header", { class: "row" }, h("h1", {}, "Study")), form, list),
    leave: () => { left = true; clearTimeout(timer); },
  };
}

/** The duel with the method that won more often first. */
function winnerFirst(duel: Duel): Duel {
  const { rate, low, high } = duel;
  if (rate === null || rate >= 0.5) return duel;
  return {
    ...duel, first: duel.second, second: duel.first, wins: duel.losses, losses: duel.wins, rate: 1 - rate,
    low: high === null ? null : 1 - high, high: low === null ? null : 1 - low,
    people_for: duel.people_against, people_against: duel.people_for,
  };
}

function results(each: Study, found: Findings): HTMLElement {
  const names = each.methods.map((method) => method.name);
  const rows = found.duels.filter((duel) => duel.rate !== null).map(winnerFirst).map((duel) => h("tr", {},
    h("th", { scope: "row" }, names[duel.first], h("span", { class: "hint" }, `${duel.rate === 0.5 ? " equal to " : " over "}${names[duel.second]}`)),
    h("td", { class: "number" }, `${duel.wins} : ${duel.losses}`),
    h("td", { class: "bar-cell" }, interval(duel.rate ?? 0, duel.low ?? 0, duel.high ?? 1)),
    h("td", { class: "number" }, `${percent(duel.rate)}`, h("span", { class: "hint" }, ` ${percent(duel.low)} – ${percent(duel.high)}`)),
    h("td", { class: "number" }, chance(duel.p_holm)),
    h("td", { class: "number" }, `${duel.people_for} : ${duel.people_against}`, h("span", { class: "hint" }, ` p ${chance(duel.p_people)}`))));
  return h("div", { class: "results" },
    h("p", { class: "facts-row" },
      h("span", {}, h("b", {}, String(found.people)), found.people === 1 ? " person" : " people"),
      h("span", {}, h("b", {}, String(found.choices)), found.choices === 1 ? " choice" : " choices"),
      h("span", { title: "Repeated pairs with the same choice" }, h("b", {}, percent(found.agreement)), " consistent"),
      h("span", { title: "Choices for the left picture; far from 50 % shows a bias" }, h("b", {}, percent(found.left)), " left")),
    h("div", { class: "table" }, h("table", {},
      h("thead", {}, h("tr", {}, ...["Preferred", "Choices", "", "Win rate, 95 % interval", "p (Holm)", "People"].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, ...rows))));
}

function interval(rate: number, low: number, high: number): HTMLElement {
  return h("div", { class: "interval", role: "img", "aria-label": `${percent(rate)}, interval ${percent(low)} to ${percent(high)}` },
    h("span", { class: "range", style: `left: ${low * 100}%; right: ${100 - high * 100}%` }), h("span", { class: "point", style: `left: ${rate * 100}%` }));
}

async function maker(made: () => void): Promise<HTMLElement> {
  const { styles } = await status();
  const photos = await get<Photo[]>("/api/photos");
  const chosen = new Set<string>(photos.slice(0, 8).map((photo) => photo.id));
  const methods: Method[] = styles.slice(0, 2).map((style) => ({ name: style.name, look: { ...LOOK, style: style.name } }));
  if (methods.length < 2) methods.push({ name: "photo", look: { ...LOOK, strength: 0 } });
  const rows = h("div", { class: "methods" });
  const name = h("input", { value: "Which look", maxLength: 120, "aria-label": "Name of the study" });
  const question = h("input", { value: "Which picture do you prefer?", maxLength: 200, "aria-label": "Question" });
  const repeats = h("select", { "aria-label": "Repeated pairs" }, ...[0, 0.1, 0.2, 0.3].map((part) =>
    h("option", { value: String(part), selected: part === 0.2 }, part ? `show ${part * 100} % of the pairs twice` : "none")));

  const paint = (): void => fill(rows, ...methods.map((method, index): Child => {
    const title = h("input", { value: method.name, maxLength: 120, "aria-label": `Name of method ${index + 1}` });
    title.addEventListener("input", () => (method.name = title.value));
    return h("div", { class: "method" },
      h("div", { class: "row" }, title, methods.length > 2 && tool("Remove method", ICONS.close, () => { methods.splice(index, 1); paint(); })),
      ...lookControls(styles, method.look as Look, (values) => Object.assign(method.look, values)).elements);
  }), methods.length < 6 && h("button", { type: "button", class: "method add", onclick: () => {
    methods.push({ name: `method ${methods.length + 1}`, look: { ...LOOK } });
    paint();
  } }, "Add a method"));

  const start = action(async () => {
    await post("/api/studies", { name: name.value, question: question.value, methods, photos: [...chosen], repeats: Number(repeats.value) });
    notify("Drawing the pictures of the study");
    details.open = false;
    made();
  });
  const grid = h("div", { class: "pick" }, ...photos.map((photo) => {
    const input = h("input", { type: "checkbox", checked: chosen.has(photo.id), "aria-label": photo.name });
    input.addEventListener("change", () => void (input.checked ? chosen.add(photo.id) : chosen.delete(photo.id)));
    return h("label", {}, input, h("img", { src: viewOf(photo.id), alt: "", loading: "lazy" }));
  }));
  paint();
  const details = h("details", { class: "maker" }, h("summary", {}, "New study"),
    h("div", { class: "form" },
      h("label", { class: "field" }, "Name", name), h("label", { class: "field" }, "Question", question), h("label", { class: "field" }, "Repeats", repeats)),
    h("h2", {}, "Methods"), rows,
    h("h2", {}, "Photos"), photos.length ? grid : h("p", { class: "hint" }, "Add photos in Stage first; they can then be selected here."),
    h("div", { class: "row start" }, button("Create study", ICONS.study, (event) => void start(event), { class: "primary", disabled: !photos.length })));
  return details;
}

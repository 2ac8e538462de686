#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include <faceptor/core/unicode.hpp>
#include <faceptor/report/photo_report.hpp>
#include <faceptor/report/svg.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/values.hpp>

namespace faceptor::report {
namespace {

using svg::escaped;

constexpr const char* kScore = "score";

/// The most probable label, and how probable it is.
void add_best(FaceFacts& facts, const std::string& task, const results::Probabilities& value) {
  if (value.size() == 0) return;
  facts.choices[task] = value.labels[value.best()];
  facts.numbers[task + ": probability"] = value.probabilities[value.best()];
}

/// Numbers and short words of a type that isn't known here.
void add_fields(FaceFacts& facts, const TaskResult& result) {
  constexpr std::size_t kShort = 40;
  nlohmann::json json;
  result.write(json);
  for (const auto& [key, value] : json.items()) {
    if (key == "type") continue;
    if (value.is_number()) facts.numbers[result.task() + ": " + key] = value.get<double>();
    if (value.is_string() && value.get<std::string>().size() <= kShort) facts.choices[result.task() + ": " + key] = value;
  }
}

void add_facts(FaceFacts& facts, const TaskResult& result) {
  const auto& task = result.task();
  if (result.holds<AgeEstimate>()) {
    const auto& age = result.get<AgeEstimate>();
    facts.numbers[task + ": years"] = age.years;
    facts.numbers[task + ": spread"] = age.spread;
  } else if (result.holds<Expression>()) {
    add_best(facts, task, result.get<Expression>());
  } else if (result.holds<results::Probabilities>()) {
    add_best(facts, task, result.get<results::Probabilities>());
  } else if (result.holds<Attributes>()) {
    facts.tags[task] = result.get<Attributes>().present();
  } else if (result.holds<results::Values>()) {
    const auto& values = result.get<results::Values>();
    for (std::size_t i = 0; i < values.size(); ++i) facts.numbers[task + ": " + values.labels[i]] = values.values[i];
  } else if (result.holds<Landmarks>()) {
    const auto& sure = result.get<Landmarks>().confidence;
    double sum = 0;
    for (const float one : sure) sum += one;
    if (!sure.empty()) facts.numbers[task + ": mean confidence"] = sum / static_cast<double>(sure.size());
  } else if (!result.holds<ParsingMap>() && !result.holds<results::ParsingMapSummary>() && !result.holds<results::Embedding>() &&
             !result.holds<results::EmbeddingSummary>()) {
    add_fields(facts, result);
  }
}

/// JSON for an attribute of HTML.
std::string attribute(const nlohmann::json& json) { return escaped(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)); }

/// A path as an address: what has a meaning there, or is no ASCII, as %XX.
std::string address(const std::string& path) {
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || std::string_view("/-_.~").find(c) != std::string_view::npos;
    text += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return text;
}

/// Numbers are rounded: they are looked at and sorted by.
nlohmann::json rounded(const std::map<std::string, double>& numbers) {
  auto json = nlohmann::json::object();
  for (const auto& [name, value] : numbers) json[name] = std::round(value * 1e4) / 1e4;
  return json;
}

/// The kinds of facts that occur, each with what a filter offers.
struct Filters {
  std::map<std::string, std::pair<double, double>> numbers;
  std::map<std::string, std::set<std::string>> choices, tags;

  void add(const FaceFacts& face) {
    for (const auto& [name, value] : face.numbers) {
      auto& [low, high] = numbers.try_emplace(name, value, value).first->second;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    for (const auto& [name, value] : face.choices) choices[name].insert(value);
    for (const auto& [name, values] : face.tags) tags[name].insert(values.begin(), values.end());
  }

  static std::string option(const std::string& value, const std::string& shown) {
    return fmt::format("<option value=\"{}\">{}</option>", escaped(value), escaped(shown));
  }
  static std::string select(const char* kind, const std::string& name, const std::set<std::string>& values) {
    auto text = fmt::format("<label>{}<select data-{}=\"{}\"><option value=\"\">any</option>", escaped(name), kind, escaped(name));
    for (const auto& value : values) {
      auto shown = value;
      std::ranges::replace(shown, '_', ' ');
      text += option(value, shown);
    }
    return text + "</select></label>";
  }
  /// A field each for the least and the greatest, with the range that occurs.
  static std::string range(const std::string& name, double low, double high) {
    const auto field = [&](const char* end, double value) {
      return fmt::format("<input type=\"number\" step=\"any\" data-{}=\"{}\" placeholder=\"{:.4g}\" aria-label=\"{} {}\">", end,
                         escaped(name), value, escaped(name), end);
    };
    return fmt::format("<label>{}<span>{} to {}</span></label>", escaped(name), field("low", low), field("high", high));
  }

  std::string html() const {
    std::string text = "<label>photos<select id=\"which\"><option value=\"\">all</option>";
    text += option("faces", "with faces") + option("none", "without faces") + option("failed", "failed") + "</select></label>";
    for (const auto& [name, values] : choices) text += select("choice", name, values);
    for (const auto& [name, values] : tags) text += select("tag", name, values);
    for (const auto& [name, ends] : numbers) text += range(name, ends.first, ends.second);
    text += "<label>sort by<select id=\"sort\"><option value=\"\">the order given</option>";
    for (const auto& [name, ends] : numbers) {
      text += option(name + "|1", name + ", lowest first") + option(name + "|-1", name + ", highest first");
    }
    text += "</select></label>";
    if (numbers.contains(kScore)) {
      text +=
          "<button type=\"button\" data-order=\"score|1\">worst by score</button>"
          "<button type=\"button\" data-order=\"score|-1\">best by score</button>";
    }
    return text + "<button type=\"button\" name=\"reset_all\">all photos</button>";
  }
};

constexpr std::string_view kPhotosStyle =
    "body{font:15px/1.45 system-ui,sans-serif;max-width:1400px;margin:2em auto;padding:0 1em;color:#222}"
    "h1{margin-bottom:.2em}.warn{background:#fde8e8;padding:.6em 1em}"
    "form{display:flex;flex-wrap:wrap;gap:.6em 1.2em;align-items:end;position:sticky;top:0;background:#fff;padding:.8em 0;"
    "border-bottom:1px solid #ddd;z-index:1}"
    "label{font-size:12px;color:#555;display:flex;flex-direction:column}select,input,button{font:14px system-ui,sans-serif}"
    "input{width:5em}#photos{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:1em;margin-top:1em}"
    "article{border:1px solid #ddd;border-radius:6px;padding:.6em;content-visibility:auto;contain-intrinsic-size:auto 420px;"
    "overflow-wrap:anywhere}article[hidden]{display:none}"
    "article img{max-width:100%;height:auto;display:block;margin:0 auto .4em}h2{font-size:13px;margin:.2em 0}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:0 .7em;font-size:12.5px;margin:.3em 0;padding-top:.3em;"
    "border-top:1px solid #eee}dt{color:#777}dd{margin:0}dl[hidden]{display:none}";

/// Filters and sorting. A photo is shown if one of its faces has all that is asked for; others of its faces are folded away.
constexpr std::string_view kPhotosScript = R"js(
const form = document.querySelector('form'), list = document.querySelector('#photos'), count = document.querySelector('#count');
const photos = [...list.children].map((card, place) => ({card, place, faces: [...card.querySelectorAll('dl')].map(line => ({line,
  ...JSON.parse(line.dataset.facts)}))}));
const fields = kind => [...form.querySelectorAll('[data-' + kind + ']')].filter(f => f.value !== '').map(f => [f.dataset[kind], f.value]);
function update() {
  const choices = fields('choice'), tags = fields('tag'), low = fields('low'), high = fields('high'), which = form.which.value;
  const asked = choices.length + tags.length + low.length + high.length > 0;
  const fits = face => choices.every(([k, v]) => face.choices[k] === v) && tags.every(([k, v]) => (face.tags[k] || []).includes(v)) &&
    low.every(([k, v]) => face.numbers[k] >= +v) && high.every(([k, v]) => face.numbers[k] <= +v);
  const [key, sign] = form.sort.value.split('|');
  let shown = 0, faces = 0;
  for (const photo of photos) {
    const fitting = photo.faces.filter(face => !(face.line.hidden = !fits(face)));
    const failed = photo.card.dataset.failed === '1';
    const visible = (!asked || fitting.length > 0) && (which === '' || (which === 'failed' ? failed : !failed &&
      (which === 'faces') === (photo.faces.length > 0)));
    photo.card.hidden = !visible;
    if (visible) { ++shown; faces += fitting.length; }
    const values = fitting.map(face => face.numbers[key]).filter(v => v !== undefined).map(v => v * sign);
    photo.rank = key === '' ? 0 : values.length > 0 ? Math.min(...values) : Infinity;
  }
  count.textContent = shown + ' of ' + photos.length + ' photos, ' + faces + ' faces';
  const order = [...photos].sort((a, b) => a.rank === b.rank ? a.place - b.place : a.rank < b.rank ? -1 : 1);
  list.append(...order.map(photo => photo.card));
}
form.addEventListener('input', update);
form.addEventListener('submit', event => event.preventDefault());
for (const button of form.querySelectorAll('[data-order]')) {
  button.addEventListener('click', () => { form.sort.value = button.dataset.order; update(); });
}
form.reset_all.addEventListener('click', () => { form.reset(); update(); });
update();
)js";

std::string face_html(const FaceFacts& face) {
  const nlohmann::json facts = {{"numbers", rounded(face.numbers)}, {"choices", face.choices}, {"tags", face.tags}};
  auto text = fmt::format("<dl data-facts=\"{}\">", attribute(facts));
  for (const auto& [task, line] : face.lines) text += fmt::format("<dt>{}</dt><dd>{}</dd>", escaped(task), escaped(line));
  return text + "</dl>";
}

}  // namespace

FaceFacts facts_of(const Face& face) {
  FaceFacts facts;
  facts.numbers[kScore] = face.score;
  facts.lines.emplace_back(kScore, fmt::format("{:.3f}", face.score));
  for (const auto& result : face) {
    facts.lines.emplace_back(result.task(), result.text());
    add_facts(facts, result);
  }
  return facts;
}

void PhotoReport::add(const PhotoResult& result, std::string picture) {
  Photo photo{text::printable(result.photo), std::move(picture), result.error, {}};
  for (const auto& face : result) photo.faces.push_back(facts_of(face));
  untrained_ = untrained_ || result.untrained;
  photos_.push_back(std::move(photo));
}

std::string PhotoReport::html() const {
  Filters filters;
  std::size_t faces = 0, failed = 0;
  for (const auto& photo : photos_) {
    for (const auto& face : photo.faces) filters.add(face);
    faces += photo.faces.size();
    failed += photo.error ? 1 : 0;
  }
  auto text = fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"generator\" content=\"faceptor\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title><style>{1}</style><h1>{0}</h1>"
      "<p>{2} photos, {3} faces, {4} failed.</p>",
      escaped(title_), kPhotosStyle, photos_.size(), faces, failed);
  if (untrained_) text += "<p class=\"warn\">These weights were never trained: the results mean nothing.</p>";
  text += "<form>" + filters.html() + "<output id=\"count\"></output></form><main id=\"photos\">";
  for (const auto& photo : photos_) {
    text += fmt::format("<article{}>", photo.error ? " data-failed=\"1\"" : "");
    if (!photo.picture.empty()) text += fmt::format("<img src=\"{}\" loading=\"lazy\" alt=\"\">", address(photo.picture));
    text += fmt::format("<h2>{}</h2>", escaped(photo.name));
    if (photo.error) {
      text += fmt::format("<p class=\"warn\">{}</p>", escaped(text::printable(*photo.error)));
    } else if (photo.faces.empty()) {
      text += "<p>no face</p>";
    }
    for (const auto& face : photo.faces) text += face_html(face);
    text += "</article>";
  }
  text += "</main><script>";
  text += kPhotosScript;
  return text + "</script></html>\n";
}

Image thumbnail(const Image& photo, const PhotoResult& result, int side) {
  DrawOptions options;
  options.max_side = side;
  options.min_side = 0;
  options.cards = false;
  return draw(photo, result, options);
}

}  // namespace faceptor::report

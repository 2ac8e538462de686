#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/files/sha256.hpp>
#include <faceptor/gallery/gallery.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/tasks/task_registry.hpp>

#include "common.hpp"
#include "outputs.hpp"
#include "photos.hpp"

/// Who is who: `compare`, `enroll`, `search`, `cluster`.
namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

struct IdentityOptions {
  std::vector<std::string> photos;
  std::string photo, index, weights, task, json, detector, device = "cpu";
  std::string person, remove;
  std::string faces = "largest";
  Step step;
  std::size_t top = 5;
  std::optional<double> far, threshold;
  ReadOptions reading{};
};

std::string shown(std::string_view name) { return text::printable(name); }

/// From which cosine on two faces are taken for one person's, and what is known of it.
struct Threshold {
  std::optional<double> cosine{};
  std::optional<double> far{};  ///< the share of pairs of two persons that are as similar
  std::string measured_on{};    ///< the set that this was found on
  std::string text() const {
    if (!cosine) return "no threshold: these weights have none measured; --threshold COSINE gives one";
    if (!far) return fmt::format("threshold {:.3f}, as given", *cosine);
    return fmt::format("threshold {:.3f}: {:g} of pairs of two persons are as similar, measured on {}", *cosine, *far, measured_on);
  }
  nlohmann::ordered_json json() const {
    const auto number = [](const std::optional<double>& value) { return value ? nlohmann::json(*value) : nlohmann::json(); };
    return {{"threshold", number(cosine)},
            {"far", number(far)},
            {"measured_on", measured_on.empty() ? nlohmann::json() : nlohmann::json(measured_on)}};
  }
  /// Null where there is no threshold.
  nlohmann::json same(double similarity) const { return cosine ? nlohmann::json(similarity >= *cosine) : nlohmann::json(); }
};

/// The threshold of the options, else of the metadata that `evaluate --save-thresholds` wrote: at the FAR asked for, else the lowest.
/// @throws Error(argument) for a FAR that was not measured, Error(format) for metadata that can't be read
Threshold threshold_of(const IdentityOptions& chosen, const files::Metadata& metadata) {
  if (chosen.threshold) return {*chosen.threshold, {}, {}};
  const auto entry = metadata.find(evaluate::kThresholdsKey);
  Threshold found;
  std::vector<std::string> measured;
  try {
    if (entry != metadata.end()) {
      const auto json = nlohmann::json::parse(entry->second);
      for (const auto& at : json.at("thresholds")) {
        const auto far = at.at("far").get<double>();
        measured.push_back(fmt::format("{:g}", far));
        const bool wanted = chosen.far ? std::abs(far / *chosen.far - 1) < 1e-6 : !found.far || far < *found.far;
        if (wanted) found = {at.at("cosine").get<double>(), far, json.at("set").get<std::string>()};
      }
    }
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::format, "the thresholds in the metadata can't be read").where(evaluate::kThresholdsKey);
  }
  if (chosen.far && !found.far) {
    throw Error(ErrorCode::argument, "no threshold was measured at this FAR")
        .where("--far")
        .expected(measured.empty() ? "weights with thresholds" : text::join(measured))
        .found(fmt::format("{:g}", *chosen.far))
        .hint("`faceptor evaluate TASK --save-thresholds` measures them; --threshold COSINE gives one");
  }
  return found;
}

/// Finds faces and says who they are.
class Faces {
 public:
  Faces(const Common& common, const IdentityOptions& chosen) : chosen_(chosen), common_(common), analyzer_(load(common, chosen)) {}

  const weights::ModelInfo& info() const { return analyzer_.info(); }
  const results::Embedding& embedding(const Face& face) const { return face.get<results::Embedding>(analyzer_task_); }

  /// @throws Error(argument) for a photo without a face
  PhotoResult of(const std::string& photo) const {
    auto result = analyzer_.analyze(read_image(photo, chosen_.reading), photo);
    if (result.empty()) throw Error(ErrorCode::argument, "no face was found").where(photo);
    return result;
  }
  /// The largest face; says so where there are more.
  Face largest(const PhotoResult& result) const {
    const auto area = [](const Face& face) { return face.box.width() * face.box.height(); };
    if (result.size() > 1) say(common_, fmt::format("{}: {} faces; the largest is taken", result.photo, result.size()));
    return *std::max_element(result.begin(), result.end(), [&](const Face& a, const Face& b) { return area(a) < area(b); });
  }

 private:
  FaceAnalyzer load(const Common& common, const IdentityOptions& chosen) {
    auto loaded = load_weights(common, chosen.weights, chosen.step);
    std::vector<std::string> comparing;
    for (const auto& task : loaded.model->tasks()) {
      if (task.compares_faces() && task.result_type_name() == results::Embedding::kTypeName) comparing.push_back(task.name());
    }
    if (chosen.task.empty() && comparing.size() != 1) {
      throw Error(ErrorCode::argument, comparing.empty() ? "these weights have no task that tells who somebody is"
                                                         : "these weights have several tasks that tell who somebody is")
          .hint(comparing.empty() ? "" : "choose one: --task " + text::join(comparing, " | "));
    }
    analyzer_task_ = chosen.task.empty() ? comparing.front() : chosen.task;
    if (std::find(comparing.begin(), comparing.end(), analyzer_task_) == comparing.end()) {
      throw Error(ErrorCode::argument, "this task doesn't tell who somebody is")
          .where("--task")
          .found(analyzer_task_)
          .hint(text::suggestion(analyzer_task_, comparing));
    }
    const std::shared_ptr<const FaceDetector> detector = make_detector(chosen.detector);
    say_licence(common, *detector);
    return FaceAnalyzer(std::move(loaded), {.tasks = {analyzer_task_}, .detector = detector, .device = chosen.device});
  }

  const IdentityOptions& chosen_;
  const Common& common_;
  std::string analyzer_task_;
  FaceAnalyzer analyzer_;
};

void write_json(const std::string& target, const nlohmann::ordered_json& json) {
  if (!target.empty()) WholeText(target).write(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

int compare(const Common& common, const IdentityOptions& chosen) {
  Outputs outputs(common.force);
  for (const auto& photo : chosen.photos) outputs.reads(photo);
  outputs.reads(weights_path(chosen.weights));
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  const Faces faces(common, chosen);
  const auto threshold = threshold_of(chosen, faces.info().extra);
  const auto a = faces.largest(faces.of(chosen.photos[0])), b = faces.largest(faces.of(chosen.photos[1]));
  const auto cosine = static_cast<double>(results::cosine(faces.embedding(a), faces.embedding(b)));
  nlohmann::ordered_json json = {{"a", chosen.photos[0]}, {"b", chosen.photos[1]}, {"cosine", cosine}};
  json.update(threshold.json());
  json["same"] = threshold.same(cosine);
  json["model"] = faces.info().hash;
  if (!chosen.json.empty()) {
    write_json(chosen.json, json);
  } else {
    const char* verdict = !threshold.cosine ? "not decided" : json["same"].get<bool>() ? "one person" : "two persons";
    print_out("{}: cosine {:.3f}\n{}\n", verdict, cosine, threshold.text());
  }
  return kDone;
}

/// Whose photo it is, by where it lies: the folder below the one that was searched, else the photo's own name.
std::string person_of(const std::string& photo, const std::vector<std::string>& arguments) {
  for (const auto& argument : arguments) {
    const auto below = fs::path(photo).lexically_relative(argument);
    if (!below.empty() && *below.begin() != ".." && std::distance(below.begin(), below.end()) > 1) return below.begin()->string();
  }
  return fs::path(photo).stem().string();
}

int enroll(const Common& common, IdentityOptions chosen) {
  chosen.index = chosen.photos.back();
  chosen.photos.pop_back();
  if (chosen.photos.empty() == chosen.remove.empty()) {
    throw CLI::ValidationError("enroll", "give photos and an index, or --remove NAME and an index");
  }
  const auto [photos, left_out] = find_photos(chosen.photos);
  Outputs outputs(common.force);
  for (const auto& argument : chosen.photos) outputs.reads(argument);
  for (const auto& photo : photos) outputs.reads(photo);
  outputs.reads(weights_path(chosen.weights));
  outputs.writes("INDEX", chosen.index, OutputKind::gallery);
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  if (!left_out.empty()) complain(common, left_out);
  const bool there = written_here(chosen.index, OutputKind::gallery) && fs::file_size(chosen.index) > 0;
  nlohmann::ordered_json json = {{"index", chosen.index}};
  if (!chosen.remove.empty()) {
    auto gallery = Gallery::open(chosen.index);
    const auto removed =
        gallery.remove([&](const GalleryFace& face) { return face.person == chosen.remove || face.photo == chosen.remove; });
    if (removed == 0) {
      throw Error(ErrorCode::argument, "nobody, and no photo, of this name is in the index").where(chosen.index).found(chosen.remove);
    }
    gallery.save(chosen.index);
    json.update({{"model", gallery.model()}, {"enrolled", 0}, {"removed", removed}, {"faces", gallery.size()}});
    write_json(chosen.json, json);
    if (chosen.json.empty()) print_out("{}: {} faces removed, {} left\n", shown(chosen.index), removed, gallery.size());
    return kDone;
  }

  const Faces faces(common, chosen);
  std::optional<Gallery> gallery;
  std::set<std::string> known;
  if (there) {
    gallery = Gallery::open(chosen.index);
    if (gallery->model() != faces.info().hash) {
      throw Error(ErrorCode::mismatch, "the index is of another model")
          .where(chosen.index)
          .expected(gallery->model())
          .found(faces.info().hash)
          .hint("give the weights that it was made with, or begin another index");
    }
    for (std::size_t i = 0; i < gallery->size(); ++i) known.insert(gallery->face(i).hash);
  }
  std::size_t enrolled = 0, already = 0;
  auto failed = nlohmann::ordered_json::array();
  Progress progress(common, photos.size());
  for (const auto& photo : photos) {
    try {
      const auto hash = files::file_hash(photo);
      if (!known.insert(hash).second) {
        ++already;
        progress.step(photo + ": is there already");
        continue;
      }
      const auto result = faces.of(photo);
      const auto take = [&](const Face& face) {
        const auto& embedding = faces.embedding(face);
        if (!gallery) gallery.emplace(faces.info().hash, embedding.dimension());
        gallery->add({.photo = photo,
                      .person = chosen.person.empty() ? person_of(photo, chosen.photos) : chosen.person,
                      .box = face.box,
                      .hash = hash},
                     embedding);
        ++enrolled;
      };
      if (chosen.faces == "all") {
        for (const auto& face : result) take(face);
      } else {
        take(faces.largest(result));
      }
      progress.step(photo);
    } catch (const Error& e) {
      const std::string message = e.what();
      failed.push_back({{"photo", photo}, {"error", message}});
      progress.step(photo + ": failed");
    }
  }
  progress.end();
  if (enrolled > 0) {
    if (const auto entry = faces.info().extra.find(evaluate::kThresholdsKey); entry != faces.info().extra.end()) {
      gallery->notes()[entry->first] = entry->second;
    }
    gallery->save(chosen.index);
  }
  const auto size = gallery ? gallery->size() : 0;
  json.update({{"model", faces.info().hash}, {"enrolled", enrolled}, {"already_there", already}, {"faces", size}, {"failed", failed}});
  write_json(chosen.json, json);
  if (chosen.json.empty())
    print_out("{}: {} faces enrolled, {} photos were there already, {} in all\n", shown(chosen.index), enrolled, already, size);
  for (const auto& entry : failed) {
    const auto& [photo, error] = std::pair(entry["photo"].get<std::string>(), entry["error"].get<std::string>());
    complain(common, error.find(photo) == std::string::npos ? photo + ": " + error : error);
  }
  return failed.empty() && left_out.empty() && !photos.empty() ? kDone : kFailed;
}

nlohmann::ordered_json box_json(const Box& box) { return {box.x0, box.y0, box.x1, box.y1}; }

int search(const Common& common, const IdentityOptions& chosen) {
  Outputs outputs(common.force);
  outputs.reads(chosen.photo);
  outputs.reads(chosen.index);
  outputs.reads(weights_path(chosen.weights));
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  const auto gallery = Gallery::open(chosen.index);
  const Faces faces(common, chosen);
  const auto threshold = threshold_of(chosen, faces.info().extra);
  const auto result = faces.of(chosen.photo);
  nlohmann::ordered_json json = {{"photo", chosen.photo}, {"index", chosen.index}};
  json.update(threshold.json());
  json["faces"] = nlohmann::ordered_json::array();
  if (chosen.json.empty()) print_out("{}\n", threshold.text());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto& face = result[i];
    if (chosen.json.empty()) {
      print_out("face {} at {:.0f},{:.0f} to {:.0f},{:.0f}\n", i + 1, face.box.x0, face.box.y0, face.box.x1, face.box.y1);
    }
    nlohmann::ordered_json entry = {{"box", box_json(face.box)}, {"matches", nlohmann::ordered_json::array()}};
    for (const auto& match : gallery.search(faces.embedding(face), chosen.top, common.threads)) {
      const auto known = gallery.face(match.face);
      const auto same = threshold.same(match.cosine);
      entry["matches"].push_back(
          {{"person", known.person}, {"photo", known.photo}, {"box", box_json(known.box)}, {"cosine", match.cosine}, {"same", same}});
      if (chosen.json.empty()) {
        print_out("  {:.3f}  {:<8}{:<24} {}\n", match.cosine,
                  same.is_null()     ? ""
                  : same.get<bool>() ? "same"
                                     : "other",
                  shown(known.person), shown(known.photo));
      }
    }
    json["faces"].push_back(std::move(entry));
  }
  write_json(chosen.json, json);
  return kDone;
}

int cluster(const Common& common, const IdentityOptions& chosen) {
  Outputs outputs(common.force);
  outputs.reads(chosen.index);
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  const auto gallery = Gallery::open(chosen.index);
  const auto threshold = threshold_of(chosen, gallery.notes());
  if (!threshold.cosine) {
    throw Error(ErrorCode::argument, "the index names no threshold").where(chosen.index).hint("give one: --threshold COSINE");
  }
  const auto persons = gallery.persons(static_cast<float>(*threshold.cosine));
  std::map<std::size_t, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < persons.size(); ++i) groups[persons[i]].push_back(i);
  nlohmann::ordered_json json = {{"index", chosen.index}};
  json.update(threshold.json());
  json["persons"] = nlohmann::ordered_json::array();
  if (chosen.json.empty()) print_out("{} faces, {} persons; {}\n", gallery.size(), groups.size(), threshold.text());
  for (const auto& [number, places] : groups) {
    auto faces = nlohmann::ordered_json::array();
    std::map<std::string, std::size_t> names;
    for (const auto place : places) {
      const auto face = gallery.face(place);
      faces.push_back({{"photo", face.photo}, {"person", face.person}, {"box", box_json(face.box)}});
      ++names[face.person];
    }
    if (chosen.json.empty()) {
      std::vector<std::string> counted;
      for (const auto& [name, count] : names) counted.push_back(fmt::format("{} ({})", shown(name), count));
      print_out("{:>4}. {} faces: {}\n", number + 1, places.size(), text::join(counted));
    }
    json["persons"].push_back({{"faces", std::move(faces)}});
  }
  write_json(chosen.json, json);
  return kDone;
}

void add_model_options(CLI::App& verb, IdentityOptions& chosen) {
  verb.add_option("--weights", chosen.weights,
                  "weights file, run or published checkpoint; default: $FACEPTOR_WEIGHTS, else the bundled ones");
  add_step_option(verb, chosen.step);
  add_device_option(verb, chosen.device);
  verb.add_option("--task", chosen.task, "the task that tells who somebody is; default: the only one that does");
  chosen.detector = detector_names().front();
  verb.add_option("--detector", chosen.detector, "how faces are found: " + text::join(detector_names()))->capture_default_str();
  verb.add_flag("--lenient", chosen.reading.lenient, "read damaged and cut-off photos as far as they go");
}

void add_threshold_options(CLI::App& verb, IdentityOptions& chosen) {
  auto* far =
      verb.add_option("--far", chosen.far, "the false accept rate whose threshold is taken, as the weights name them; default: the lowest")
          ->check(CLI::Range(0.0, 1.0));
  verb.add_option("--threshold", chosen.threshold, "a cosine of your own, from which on two faces are one person's")
      ->check(CLI::Range(-1.0, 1.0))
      ->excludes(far);
}

void add_json_option(CLI::App& verb, IdentityOptions& chosen) {
  verb.add_option("--json", chosen.json, "write the results as JSON to this file; - for standard output");
}

}  // namespace

void add_compare(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<IdentityOptions>();
  auto* verb = add_verb(app, "compare", "two photos, one person?", "faceptor compare a.jpg b.jpg", common,
                        [&common, chosen] { return compare(common, *chosen); });
  verb->add_option("photos", chosen->photos, "two photos; the largest face of each is compared")->required()->expected(2);
  add_model_options(*verb, *chosen);
  add_threshold_options(*verb, *chosen);
  add_json_option(*verb, *chosen);
}

void add_enroll(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<IdentityOptions>();
  auto* verb = add_verb(app, "enroll", "photos into an index of who is known, which `search` and `cluster` read",
                        "faceptor enroll people people.index && faceptor search photo.jpg people.index", common,
                        [&common, chosen] { return enroll(common, *chosen); });
  verb->add_option("photos", chosen->photos,
                   "photos or folders of them, then the index, which is added to if it is there; a person is named by the folder below")
      ->required();
  add_model_options(*verb, *chosen);
  verb->add_option("--person", chosen->person, "whose photos these are; default: the name of the folder below, else the photo's");
  verb->add_option("--faces", chosen->faces, "which faces of a photo: largest or all")
      ->check(CLI::IsMember({"largest", "all"}))
      ->capture_default_str();
  verb->add_option("--remove", chosen->remove, "instead: remove this person, or this photo, from the index");
  add_json_option(*verb, *chosen);
}

void add_search(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<IdentityOptions>();
  auto* verb = add_verb(app, "search", "who in an index the faces of a photo are most similar to",
                        "faceptor search photo.jpg people.index --top 3", common, [&common, chosen] { return search(common, *chosen); });
  verb->add_option("photo", chosen->photo, "a photo")->required();
  verb->add_option("index", chosen->index, "what `enroll` wrote")->required();
  verb->add_option("--top", chosen->top, "how many faces to name, most similar first")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  add_model_options(*verb, *chosen);
  add_threshold_options(*verb, *chosen);
  add_json_option(*verb, *chosen);
}

void add_cluster(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<IdentityOptions>();
  auto* verb = add_verb(app, "cluster", "the faces of an index, grouped into persons by similarity alone",
                        "faceptor enroll photos all.index --faces all && faceptor cluster all.index", common,
                        [&common, chosen] { return cluster(common, *chosen); });
  verb->add_option("index", chosen->index, "what `enroll` wrote")->required();
  add_threshold_options(*verb, *chosen);
  add_json_option(*verb, *chosen);
}

}  // namespace faceptor::program

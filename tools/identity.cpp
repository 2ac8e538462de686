#include "identity.hpp"

#include <fmt/format.h>
#include <torch/torch.h>

#include <map>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/gallery/gallery.hpp>

#include "outputs.hpp"

namespace faceptor::program {
namespace {

int compare(const Common& common, const IdentityOptions& chosen) {
  Outputs outputs(common.force);
  for (const auto& photo : chosen.photos) outputs.reads(photo);
  outputs.reads(weights_path(chosen.weights));
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  const Faces faces(common, chosen);
  const auto threshold = threshold_of(chosen, faces.info().extra, weights_path(chosen.weights).string());
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
  const auto threshold = threshold_of(chosen, faces.info().extra, weights_path(chosen.weights).string());
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
  const auto threshold = threshold_of(chosen, gallery.notes(), chosen.index);
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

void add_threshold_options(CLI::App& verb, IdentityOptions& chosen) {
  auto* far =
      verb.add_option("--far", chosen.far, "the false accept rate whose threshold is taken, as the weights name them; default: the lowest")
          ->check(CLI::Range(0.0, 1.0));
  verb.add_option("--threshold", chosen.threshold, "a cosine of your own, from which on two faces are one person's")
      ->check(CLI::Range(-1.0, 1.0))
      ->excludes(far);
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

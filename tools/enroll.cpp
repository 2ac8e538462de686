#include <fmt/format.h>
#include <torch/torch.h>

#include <chrono>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/files/sha256.hpp>
#include <faceptor/gallery/gallery.hpp>

#include "identity.hpp"
#include "outputs.hpp"
#include "photos.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

/// Whose photo it is, by where it lies: the folder below the one that was searched, else the photo's own name.
std::string person_of(const std::string& photo, const std::vector<std::string>& arguments) {
  for (const auto& argument : arguments) {
    const auto below = fs::path(photo).lexically_relative(argument);
    if (!below.empty() && *below.begin() != ".." && std::distance(below.begin(), below.end()) > 1) return below.begin()->string();
  }
  return fs::path(photo).stem().string();
}

int remove(const IdentityOptions& chosen) {
  auto gallery = Gallery::open(chosen.index);
  const auto removed = gallery.remove([&](const GalleryFace& face) { return face.person == chosen.remove || face.photo == chosen.remove; });
  if (removed == 0) {
    throw Error(ErrorCode::argument, "nobody, and no photo, of this name is in the index").where(chosen.index).found(chosen.remove);
  }
  gallery.save(chosen.index);
  write_json(chosen.json,
             {{"index", chosen.index}, {"model", gallery.model()}, {"enrolled", 0}, {"removed", removed}, {"faces", gallery.size()}});
  if (chosen.json.empty()) print_out("{}: {} faces removed, {} left\n", shown(chosen.index), removed, gallery.size());
  return kDone;
}

/// Photos on their way into an index, which is written from time to time: a run that is killed loses only what came since.
class Enrolment {
 public:
  Enrolment(const Common& common, const IdentityOptions& chosen) : chosen_(chosen), faces_(common, chosen) {
    if (!written_here(chosen.index, OutputKind::gallery) || fs::file_size(chosen.index) == 0) return;
    gallery_ = Gallery::open(chosen.index);
    if (gallery_->model() != faces_.info().hash) {
      throw Error(ErrorCode::mismatch, "the index is of another model")
          .where(chosen.index)
          .expected(gallery_->model())
          .found(faces_.info().hash)
          .hint("give the weights that it was made with, or begin another index");
    }
    for (std::size_t i = 0; i < gallery_->size(); ++i) known_.insert(gallery_->face(i).hash);
  }

  /// @return what to say of it. @throws Error for a photo that can't be read or has no face
  std::string add(const std::string& photo) {
    const auto hash = files::file_hash(photo);
    if (known_.contains(hash)) {
      ++already_;
      return photo + ": is there already";
    }
    const auto result = faces_.of(photo);
    if (chosen_.faces == "all") {
      for (const auto& face : result) take(photo, hash, face);
    } else {
      take(photo, hash, faces_.largest(result));
    }
    known_.insert(hash);
    return photo;
  }

  /// The index, if it is time to. @throws Error(io)
  void save_if_due() {
    if (Clock::now() >= next_save_) save();
  }
  /// The index, if it holds anything new. All faces of a photo are in it, or none. @throws Error(io)
  void save() {
    if (unsaved_ == 0) return;
    const auto begin = Clock::now();
    if (const auto entry = faces_.info().extra.find(evaluate::kThresholdsKey); entry != faces_.info().extra.end()) {
      gallery_->notes()[entry->first] = entry->second;
    }
    gallery_->save(chosen_.index);
    unsaved_ = 0;
    // A large index is written more seldom, so that this takes a tenth of the time at most.
    const auto end = Clock::now();
    next_save_ = end + std::max(interval_, 10 * (end - begin));
  }

  std::size_t enrolled() const noexcept { return enrolled_; }
  std::size_t already() const noexcept { return already_; }
  std::size_t size() const noexcept { return gallery_ ? gallery_->size() : 0; }
  const std::string& model() const { return faces_.info().hash; }

 private:
  using Clock = std::chrono::steady_clock;

  void take(const std::string& photo, const std::string& hash, const Face& face) {
    const auto& embedding = faces_.embedding(face);
    if (!gallery_) gallery_.emplace(faces_.info().hash, embedding.dimension());
    gallery_->add({.photo = photo,
                   .person = chosen_.person.empty() ? person_of(photo, chosen_.photos) : chosen_.person,
                   .box = face.box,
                   .hash = hash},
                  embedding);
    ++enrolled_;
    ++unsaved_;
  }

  const IdentityOptions& chosen_;
  Faces faces_;
  std::optional<Gallery> gallery_;
  std::set<std::string> known_;
  std::size_t enrolled_ = 0, already_ = 0, unsaved_ = 0;
  Clock::duration interval_ = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(chosen_.save_every));
  Clock::time_point next_save_ = Clock::now() + interval_;
};

int enroll(const Common& common, IdentityOptions chosen) {
  chosen.index = chosen.photos.back();
  chosen.photos.pop_back();
  if (chosen.photos.empty() == chosen.remove.empty()) {
    throw CLI::ValidationError("enroll", "give photos and an index, or --remove NAME and an index");
  }
  const auto [photos, lists, left_out] = find_photos(chosen.photos);
  Outputs outputs(common.force);
  for (const auto& argument : chosen.photos) outputs.reads(argument);
  for (const auto& photo : photos) outputs.reads(photo);
  for (const auto& list : lists) outputs.reads(list);
  outputs.reads(weights_path(chosen.weights));
  outputs.writes("INDEX", chosen.index, OutputKind::gallery);
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  if (!left_out.empty()) complain(common, left_out);
  if (!chosen.remove.empty()) return remove(chosen);

  Enrolment enrolment(common, chosen);
  auto failed = nlohmann::ordered_json::array();
  Progress progress(common, photos.size());
  for (const auto& photo : photos) {
    try {
      progress.step(enrolment.add(photo));
    } catch (const Error& e) {
      const std::string message = e.what();
      failed.push_back({{"photo", photo}, {"error", message}});
      progress.step(photo + ": failed");
    }
    enrolment.save_if_due();
  }
  progress.end();
  enrolment.save();
  write_json(chosen.json, {{"index", chosen.index},
                           {"model", enrolment.model()},
                           {"enrolled", enrolment.enrolled()},
                           {"already_there", enrolment.already()},
                           {"faces", enrolment.size()},
                           {"failed", failed}});
  if (chosen.json.empty()) {
    print_out("{}: {} faces enrolled, {} photos were there already, {} in all\n", shown(chosen.index), enrolment.enrolled(),
              enrolment.already(), enrolment.size());
  }
  for (const auto& entry : failed) {
    const auto& [photo, error] = std::pair(entry["photo"].get<std::string>(), entry["error"].get<std::string>());
    complain(common, error.find(photo) == std::string::npos ? photo + ": " + error : error);
  }
  return failed.empty() && left_out.empty() && !photos.empty() ? kDone : kFailed;
}

}  // namespace

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
  verb->add_option(
          "--save-every", chosen->save_every,
          "seconds after which the index is written, with what is new, while photos are enrolled; a run that was killed resumes there")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  verb->add_option("--remove", chosen->remove, "instead: remove this person, or this photo, from the index");
  add_json_option(*verb, *chosen);
}

}  // namespace faceptor::program

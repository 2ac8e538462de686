#pragma once

#include <cstdint>
#include <faceptor/core/config.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faceptor::synthetic {

/// How synthetic sets are made.
struct SetOptions {
  std::uint64_t seed = 0;
  std::uint64_t count = 100;     ///< pictures of a set; of `verification`, of each of its files
  std::uint64_t identities = 0;  ///< persons of a set; 0: eight pictures of each in `ms1mv3` and `verification`, one in all others
  int width = 0;                 ///< of every picture, in pixels, whose shape stays; 0: as the set's pictures usually are
  bool downloaded = false;       ///< as the publishers give it out, where that has to be prepared (`datasets::prepare_dataset`)
  int threads = 0;               ///< that paint; 0: as many as the machine has. The files' bytes don't depend on it
};

/// What a format's pictures look like, and how they are divided.
struct SetFormat {
  std::string_view name;     ///< as `open_dataset` knows it
  std::string_view summary;  ///< what a picture is labelled with
  std::vector<Size> sizes;   ///< usual ones, taken in turn
  bool aligned = false;      ///< upright faces in the place of the 112-pixel tasks
  float zoom = 1;
  /// Splits and what share of the persons each gets; the first one gets what remains. No person is in two.
  std::vector<std::pair<std::string, double>> splits;
  bool downloaded = false;  ///< laid out as a download that has to be prepared
  bool one_size = false;    ///< its files hold pictures of the usual size alone, whatever width is asked for
};

/// All formats that can be written, in the order of the published tasks.
std::span<const SetFormat> set_formats();

/// @param downloaded  as its download looks, where that has to be prepared
/// @throws Error(argument) for an unknown name, with the known ones
const SetFormat& set_format(std::string_view name, bool downloaded = false);

/// One picture of a set.
struct SetPicture {
  std::uint64_t index = 0;  ///< the painter's number of it
  std::string split;
  std::string name;  ///< its file below the set's folder; of sets in one file, its number there
};

/// What a synthetic set holds, picture by picture, in the order in which it will be read; nothing is painted yet.
///
///     SetPlan plan("300w", {.seed = 7, .count = 200});
///     for (const auto& picture : plan.pictures()) use(picture.split, plan.paint(picture).face.landmarks.p68);
class SetPlan {
 public:
  /// @throws Error(argument) for an unknown format, too few pictures or persons to fill its splits, or a width out of range
  SetPlan(std::string_view format, const SetOptions& options);

  const SetFormat& format() const noexcept { return *format_; }
  const SetOptions& options() const noexcept { return options_; }
  std::uint64_t identities() const noexcept { return identities_; }
  std::span<const SetPicture> pictures() const noexcept { return pictures_; }
  /// The pictures of one split.
  std::vector<SetPicture> pictures(std::string_view split) const;

  Size size(const SetPicture& picture) const { return painter(picture).options().size; }
  SyntheticSample paint(const SetPicture& picture) const { return painter(picture).face(picture.index); }
  /// The same face in a picture of another size.
  SyntheticSample paint(const SetPicture& picture, Size size) const;

 private:
  const SyntheticFaces& painter(const SetPicture& picture) const { return painters_[picture.index % painters_.size()]; }
  SyntheticOptions look(Size size) const;
  std::vector<SetPicture> pairs() const;
  void add_names();

  const SetFormat* format_;
  SetOptions options_;
  std::uint64_t seed_ = 0;  ///< of this format: sets of one seed show different people
  std::uint64_t identities_ = 0;
  std::vector<SyntheticFaces> painters_;
  std::vector<SetPicture> pictures_;
};

}  // namespace faceptor::synthetic

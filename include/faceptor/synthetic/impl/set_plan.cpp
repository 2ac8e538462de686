#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/synthetic/impl/download_sets.hpp>
#include <faceptor/synthetic/impl/set_names.hpp>
#include <faceptor/synthetic/set_plan.hpp>

namespace faceptor::synthetic {

std::span<const SetFormat> set_formats() {
  using Splits = std::vector<std::pair<std::string, double>>;
  static const Splits kTwo = {{"train", 0.8}, {"test", 0.2}}, kThree = {{"train", 0.8}, {"val", 0.1}, {"test", 0.1}};
  static const std::vector<Size> kPhotos = {{420, 420}, {360, 480}, {480, 360}};
  static const std::vector<SetFormat> formats = {
      {"ms1mv3", "person", {{112, 112}}, true, 1, {{"train", 1}}},
      {"morph2", "age", {{200, 240}}, true, 1, kTwo},
      {"utkface", "age", {{200, 200}}, true, 1, kTwo},
      {"celeba", "40 attributes", {{178, 218}}, true, 1, kThree},
      {"affectnet", "expression", {{224, 224}}, true, 1, kTwo},
      {"rafdb", "expression", {{100, 100}}, true, 1, kTwo},
      {"ferplus", "expression", {{48, 48}}, true, 1, kThree},
      {"celebamask_hq", "19 parsing classes", {{512, 512}}, false, 1.25F, kThree},
      {"lapa", "11 parsing classes, 106 points", {{450, 450}}, false, 1.1F, kThree},
      {"300w", "68 points", kPhotos, false, 1, {{"train", 0.7}, {"valid_common", 0.1}, {"valid_challenge", 0.1}, {"test", 0.1}}},
      {"wflw", "98 points", kPhotos, false, 0.9F, kTwo},
      {"cofw", "29 points", kPhotos, false, 0.9F, kTwo},
      {"aflw19", "19 points", kPhotos, false, 0.9F, kTwo},
      {"verification",
       "same person or not",
       {{112, 112}},
       true,
       1,
       {{"lfw", 1}, {"cfp_fp", 1}, {"agedb_30", 1}, {"calfw", 1}, {"cplfw", 1}}},
      {"folder", "expression, as the folder's name", {{160, 160}}, true, 1, kTwo},
      {"manifest", "age, expression, attributes, points", {{256, 256}}, false, 1.1F, kTwo},
  };
  return formats;
}

namespace {

/// Those of which more than the files' places differs: where the published set isn't cut and divided yet, neither is this.
std::span<const SetFormat> downloads() {
  static const std::vector<SetFormat> formats = [] {
    std::vector<SetFormat> all;
    for (const auto* name : {"morph2", "utkface", "celeba", "affectnet", "rafdb", "ferplus"}) {
      all.push_back(set_format(name));
      all.back().downloaded = true;
    }
    all[0].aligned = all[3].aligned = false;
    all[0].splits = all[1].splits = {{"all", 1}};
    all[3].sizes = set_format("300w").sizes;
    all[5].one_size = true;
    return all;
  }();
  return formats;
}

}  // namespace

const SetFormat& set_format(std::string_view name, bool downloaded) {
  if (downloaded) {
    for (const auto& format : downloads()) {
      if (format.name == name) return format;
    }
  }
  std::vector<std::string> known;
  for (const auto& format : set_formats()) {
    if (format.name == name) return format;
    known.emplace_back(format.name);
  }
  throw Error(ErrorCode::argument, fmt::format("synthetic: no format \"{}\"", name)).hint(text::suggestion(name, known));
}

namespace {

constexpr std::uint64_t kPairStream = 5;

// Sets of one seed show different people, whichever of them are written.
std::uint64_t seed_of_set(std::uint64_t seed, std::string_view format) {
  for (const char letter : format) seed = mix_bits(seed ^ static_cast<unsigned char>(letter));
  return seed;
}

/// How many persons each split gets, in the format's order.
std::vector<std::uint64_t> persons_of_splits(const SetFormat& format, std::uint64_t identities) {
  std::vector<std::uint64_t> persons(format.splits.size());
  std::uint64_t rest = identities;
  for (std::size_t i = 1; i < persons.size(); ++i) {
    persons[i] =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(format.splits[i].second * static_cast<double>(identities))));
    rest -= std::min(rest, persons[i]);
  }
  if (rest == 0) {
    throw Error(ErrorCode::argument, fmt::format("synthetic: too few persons for the splits of \"{}\"", format.name))
        .expected(fmt::format("at least {}", persons.size()))
        .found(std::to_string(identities));
  }
  persons[0] = rest;
  return persons;
}

/// Of some pictures of a person, the one that is turned least or most.
std::uint64_t turned_picture(std::uint64_t seed, std::uint64_t identity, std::uint64_t first, bool most) {
  const Person person = Person::draw(seed, identity);
  const auto turn = [&](std::uint64_t image) { return std::abs(Appearance::draw(seed, person, image).yaw) * (most ? -1.0F : 1.0F); };
  std::uint64_t best = first;
  for (std::uint64_t image = first + 1; image < first + 4; ++image) {
    if (turn(image) < turn(best)) best = image;
  }
  return best;
}

}  // namespace

SetPlan::SetPlan(std::string_view format, const SetOptions& options)
    : format_(&set_format(format, options.downloaded)), options_(options), seed_(seed_of_set(options.seed, format)) {
  const bool persons = format == "ms1mv3" || format == "verification";
  if (options.count < 2) {
    throw Error(ErrorCode::argument, "synthetic: a set has at least 2 pictures").found(std::to_string(options.count));
  }
  identities_ = options.identities > 0 ? std::min(options.identities, options.count)
                                       : (persons ? std::max<std::uint64_t>(2, options.count / 8) : options.count);
  for (const Size usual : format_->sizes) {
    const int width = options.width > 0 && !format_->one_size ? options.width : usual.width;
    const Size size{width, static_cast<int>(std::lround(static_cast<double>(width) / usual.width * usual.height))};
    painters_.emplace_back(seed_, look(size));
  }
  if (format == "verification") {
    pictures_ = pairs();
  } else {
    const auto shares = persons_of_splits(*format_, identities_);
    std::uint64_t first = 0;
    for (std::size_t split = 0; split < shares.size(); ++split) {
      // Person after person, as files of identities are sorted; where each has one picture, this is the painter's order.
      for (std::uint64_t person = first; person < first + shares[split]; ++person) {
        for (std::uint64_t index = person; index < options.count; index += identities_)
          pictures_.push_back({index, format_->splits[split].first, {}});
      }
      first += shares[split];
    }
  }
  if (format == "aflw19") {
    // Its one list is cut by number alone: 20,000 faces train, of a smaller set the same share.
    constexpr std::uint64_t kTrain = 20000, kFaces = 24386;
    const std::uint64_t train = options.count > kTrain ? kTrain : options.count * kTrain / kFaces;
    for (std::uint64_t i = 0; i < pictures_.size(); ++i) pictures_[i].split = i < train ? "train" : "test";
  }
  add_names();
}

SyntheticOptions SetPlan::look(Size size) const {
  return SyntheticOptions{.size = size, .identities = identities_, .zoom = format_->zoom, .aligned = format_->aligned};
}

SyntheticSample SetPlan::paint(const SetPicture& picture, Size size) const {
  return size == this->size(picture) ? paint(picture) : SyntheticFaces(seed_, look(size)).face(picture.index);
}

std::vector<SetPicture> SetPlan::pictures(std::string_view split) const {
  std::vector<SetPicture> chosen;
  std::copy_if(pictures_.begin(), pictures_.end(), std::back_inserter(chosen), [&](const auto& p) { return p.split == split; });
  return chosen;
}

// Pairs of one person and of two in turn, so that every fold of the protocol has as many of both. Where the published set pairs a
// frontal face with a turned one, so does this; nobody ages.
std::vector<SetPicture> SetPlan::pairs() const {
  if (identities_ < 2) throw Error(ErrorCode::argument, "synthetic: pairs of two persons need two").found(std::to_string(identities_));
  std::vector<SetPicture> pictures;
  for (std::size_t set = 0; set < format_->splits.size(); ++set) {
    const auto& name = format_->splits[set].first;
    const bool turned = name == "cfp_fp" || name == "cplfw";
    for (std::uint64_t pair = 0; pair < options_.count / 2; ++pair) {
      Random random(seed_, {kPairStream, set, pair});
      const std::uint64_t a = random.integer(identities_), other = (a + 1 + random.integer(identities_ - 1)) % identities_;
      const std::uint64_t b = pair % 2 == 0 ? a : other, group = 8 * random.integer(std::uint64_t{64});
      const std::uint64_t first = turned ? turned_picture(seed_, a, group, false) : group;
      const std::uint64_t second = turned ? turned_picture(seed_, b, group + 4, true) : group + 4;
      pictures.push_back({first * identities_ + a, name, {}});
      pictures.push_back({second * identities_ + b, name, {}});
    }
  }
  return pictures;
}

void SetPlan::add_names() {
  std::map<std::string, std::uint64_t> of_split;
  for (std::uint64_t i = 0; i < pictures_.size(); ++i) {
    SetPicture& picture = pictures_[i];
    const Person person = Person::draw(seed_, picture.index % identities_);
    const Emotion emotion = Appearance::draw(seed_, person, picture.index / identities_).emotion;
    const auto in_split = of_split[picture.split]++;
    picture.name = format_->downloaded ? detail::download_name(format_->name, picture.split, i, in_split, person)
                                       : detail::picture_name(format_->name, picture.split, i, in_split, person, emotion);
  }
  if (format_->name != "folder") return;
  // Folders are read in the order of their paths.
  std::size_t first = 0;
  for (const auto& [split, share] : format_->splits) {
    const auto count = of_split[split];
    const auto begin = pictures_.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, begin + static_cast<std::ptrdiff_t>(count), [](const auto& a, const auto& b) { return a.name < b.name; });
    first += count;
  }
}

}  // namespace faceptor::synthetic

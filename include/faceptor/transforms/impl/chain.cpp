#include <algorithm>
#include <cstdint>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/geometry/remap.hpp>
#include <faceptor/geometry/warp.hpp>
#include <faceptor/transforms/chain.hpp>

namespace faceptor::transforms {
namespace {

Error step_order_error(std::string what, std::string hint) {
  return Error(ErrorCode::argument, "data: " + std::move(what)).hint(std::move(hint));
}

std::string size_text(Size size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

void expect_mask_fits(const datasets::Label& label, const datasets::Sample& sample) {
  const Size picture{sample.image.width(), sample.image.height()};
  const auto expect = [&](const char* what, Size size, std::size_t numbers, bool filled) {
    if (size == picture && filled) return;
    throw Error(ErrorCode::shape, "data: the " + std::string(what) + " don't fit the picture")
        .where(sample.name)
        .expected(size_text(picture))
        .found(size_text(size) + " with " + std::to_string(numbers) + " labels");
  };
  if (const auto* parsing = std::get_if<datasets::ParsingLabels>(&label)) {
    const auto& [width, height, labels] = parsing->classes;
    expect("parsing labels", {width, height}, labels.size(), labels.size() == sample.image.pixels().size() / 3);
  }
  if (const auto* maps = std::get_if<datasets::SoftMapLabels>(&label)) {
    expect("soft maps", {maps->width, maps->height}, maps->values.size(), maps->maps() > 0);
  }
}

/// Places in the outer half of a picture's outermost pixels become those pixels' centres. A resize repeats its edges, and so shall the
/// maps beside it; what lies farther out is outside.
void settle_at_edges(SamplingMap& places, int width, int height) {
  constexpr float kHalf = 0.5F + 1e-3F;
  const auto settled = [](float place, int side) {
    const auto last = static_cast<float>(side - 1);
    return place < 0 && place >= -kHalf ? 0 : place > last && place <= last + kHalf ? last : place;
  };
  for (std::size_t i = 0; i < places.xy.size(); i += 2) {
    places.xy[i] = settled(places.xy[i], width);
    places.xy[i + 1] = settled(places.xy[i + 1], height);
  }
}

/// @param whole  the picture is one that was resized, cut or mirrored, not sampled at places that may lie outside
void move_label(datasets::Label& label, const datasets::LabelMove& move, bool whole) {
  const auto& [matrix, size, warp] = move;
  if (auto* landmarks = std::get_if<datasets::LandmarkLabels>(&label)) landmarks->points = move(landmarks->points);
  if (auto* parsing = std::get_if<datasets::ParsingLabels>(&label)) {
    parsing->classes = remap(parsing->classes, crop_sampling_map(matrix, size, warp));
  }
  if (auto* maps = std::get_if<datasets::SoftMapLabels>(&label)) {
    auto places = crop_sampling_map(matrix, size, warp);
    if (whole) settle_at_edges(places, maps->width, maps->height);
    *maps = {size.width, size.height, remap(DenseMaps{static_cast<int>(maps->maps()), maps->height, maps->width, maps->values}, places)};
  }
  if (auto* own = std::get_if<datasets::OwnLabel>(&label)) *own = own->moved(move);
}

}  // namespace

TransformState::TransformState(const datasets::Sample& sample)
    : label(sample.label), further(sample.further), sample_(&sample), picture_(&sample.image) {
  if (sample.image.empty()) throw Error(ErrorCode::argument, "data: the sample's picture is empty").where(sample.name);
  expect_mask_fits(label, sample);
  for (const auto& other : further) expect_mask_fits(other, sample);
}

Size TransformState::size() const noexcept {
  if (const auto* planes = std::get_if<PlanarImage>(&picture_)) return planes->size;
  const auto* own = std::get_if<Image>(&picture_);
  const Image& image = own != nullptr ? *own : *std::get<const Image*>(picture_);
  return {image.width(), image.height()};
}

bool TransformState::in_bytes() const noexcept { return !std::holds_alternative<PlanarImage>(picture_); }

const Image& TransformState::bytes() const {
  if (const auto* own = std::get_if<Image>(&picture_)) return *own;
  if (const auto* borrowed = std::get_if<const Image*>(&picture_)) return **borrowed;
  throw step_order_error("a step for 8-bit pictures comes after one that made floats of it", "put it before them");
}

Image& TransformState::edit_bytes() {
  const Image& image = bytes();
  if (!std::holds_alternative<Image>(picture_)) picture_ = Image(image);
  return std::get<Image>(picture_);
}

PlanarImage& TransformState::planes() {
  if (normalised_) throw step_order_error("a step for colours in 0..1 comes after the normalisation", "put it before");
  if (in_bytes()) picture_ = to_planes(bytes());
  return std::get<PlanarImage>(picture_);
}

PlanarImage& TransformState::normalised_planes() {
  if (!normalised_) throw step_order_error("a step for normalised pictures comes before the normalisation", "put it after");
  return std::get<PlanarImage>(picture_);
}

void TransformState::set_normalised(PlanarImage planes) {
  picture_ = std::move(planes);
  normalised_ = true;
}

void TransformState::check_geometry() const {
  if (warp_ > 0) throw step_order_error("a step moves the picture after it was warped", "put it before the warp");
}

void TransformState::move_labels(const datasets::LabelMove& move, bool whole) {
  move_label(label, move, whole);
  for (auto& other : further) move_label(other, move, whole);
}

void TransformState::replace(Image picture, const Matrix& move) {
  check_geometry();
  if (aiming_) {
    throw step_order_error("a step changes the picture while a crop is aimed at", "put it before the crop, or after the map");
  }
  move_labels({move, {picture.width(), picture.height()}, 0}, true);
  picture_ = std::move(picture);
  photo_to_picture_ = move * photo_to_picture_;
}

void TransformState::aim(const Matrix& to_crop, Size crop) {
  check_geometry();
  picture_to_crop_ = to_crop * inverted(photo_to_picture_);
  crop_ = crop;
  aiming_ = true;
}

void TransformState::aim_further(const Matrix& step, Size crop) {
  check_geometry();
  picture_to_crop_ = step * picture_to_crop_;
  crop_ = crop;
  aiming_ = true;
}

void TransformState::arrive(PlanarImage crop, float warp, bool already_normalised) {
  check_geometry();
  move_labels({picture_to_crop_, crop.size, warp}, false);
  photo_to_picture_ = picture_to_crop_ * photo_to_picture_;
  picture_to_crop_ = Matrix::Identity();
  aiming_ = false;
  warp_ = warp;
  picture_ = std::move(crop);
  normalised_ = already_normalised;
}

Prepared TransformState::finish() && {
  if (aiming_) throw step_order_error("the chain ends with a crop that was never sampled", "add a map");
  if (!normalised_) throw step_order_error("the chain ends before the picture is normalised", "add a normalisation");
  auto& planes = std::get<PlanarImage>(picture_);
  return {planes.size, std::move(planes.values), std::move(label), std::move(further), sample_->name, photo_to_picture_, warp_};
}

namespace {

/// FNV-1a: a stream for a name, the same on every machine.
std::uint64_t stream_of_name(std::string_view name) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
  return hash;
}

}  // namespace

TransformState Chain::run(const datasets::Sample& sample, const Random& random) const {
  TransformState state(sample);
  for (const auto& [name, step] : steps_) {
    state.random = random.fork(stream_of_name(name));
    try {
      step.apply(state);
    } catch (Error& error) {
      const auto place = sample.name + ", step \"" + name + "\"";
      throw std::move(error.where(error.where().empty() ? place : place + ", " + error.where()));
    }
  }
  return state;
}

Prepared Chain::operator()(const datasets::Sample& sample, Random random) const {
  auto state = run(sample, random);
  return std::move(state).finish();
}

std::size_t Chain::index_of(std::string_view name) const {
  const auto found = std::find_if(steps_.begin(), steps_.end(), [&](const Named& one) { return one.name == name; });
  if (found == steps_.end()) {
    throw Error(ErrorCode::argument, "data: the chain has no step \"" + std::string(name) + "\"").hint(text::suggestion(name, names()));
  }
  return static_cast<std::size_t>(found - steps_.begin());
}

void Chain::insert(std::size_t place, std::string name, Step step) {
  if (name.empty()) {
    throw Error(ErrorCode::argument, "data: a step of a chain has no name")
        .hint("give one: then(\"name\", step); its numbers are drawn by it");
  }
  if (contains(name)) {
    throw Error(ErrorCode::argument, "data: the chain has a step \"" + name + "\" already").hint("replace() it, or give another name");
  }
  steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(place), Named{std::move(name), std::move(step)});
}

Chain& Chain::then(Step step) & {
  auto name = std::string(step.type());
  return then(std::move(name), std::move(step));
}

Chain& Chain::then(std::string name, Step step) & {
  insert(steps_.size(), std::move(name), std::move(step));
  return *this;
}

Chain& Chain::before(std::string_view place, std::string name, Step step) & {
  insert(index_of(place), std::move(name), std::move(step));
  return *this;
}

Chain& Chain::after(std::string_view place, std::string name, Step step) & {
  insert(index_of(place) + 1, std::move(name), std::move(step));
  return *this;
}

Chain& Chain::replace(std::string_view name, Step step) & {
  steps_[index_of(name)].step = std::move(step);
  return *this;
}

Chain& Chain::without(std::string_view name) & {
  steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(index_of(name)));
  return *this;
}

std::vector<std::string> Chain::names() const {
  std::vector<std::string> out;
  for (const auto& one : steps_) out.push_back(one.name);
  return out;
}

bool Chain::contains(std::string_view name) const noexcept {
  return std::any_of(steps_.begin(), steps_.end(), [&](const Named& one) { return one.name == name; });
}

const Step& Chain::at(std::string_view name) const { return steps_[index_of(name)].step; }

nlohmann::json Chain::describe() const {
  auto out = nlohmann::json::array();
  for (const auto& [name, step] : steps_) {
    auto entry = step.describe();
    entry["name"] = name;
    entry["type"] = step.type().empty() ? "custom" : std::string(step.type());
    out.push_back(std::move(entry));
  }
  return out;
}

std::string Chain::text() const {
  std::string out;
  for (const auto& [name, step] : steps_) {
    out += name;
    if (!step.type().empty() && step.type() != name) out += " [" + std::string(step.type()) + "]";
    const auto parameters = step.describe();
    std::string separator = ": ";
    for (const auto& [key, value] : parameters.items()) {
      out += separator + key + " " + (value.is_string() ? value.get<std::string>() : value.dump());
      separator = ", ";
    }
    out += '\n';
  }
  return out;
}

}  // namespace faceptor::transforms

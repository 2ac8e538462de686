#pragma once

#include <nlohmann/json.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/datasets/sample.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/transforms/planar_image.hpp>

namespace faceptor::transforms {

/// A sample as the network takes it: what comes out at the end of a chain of transforms.
struct Prepared {
  Size size;                 ///< of the crop
  std::vector<float> image;  ///< 3 x height x width: red, green, blue planes, normalised
  /// Landmarks in pixels of the crop, parsing classes and soft maps one a pixel of the crop, labels of your own as they say, everything
  /// else as read.
  datasets::Label label;
  std::vector<datasets::Label> further = {};  ///< likewise, of the sample's further labels
  std::string name;                           ///< the sample's

  Matrix photo_to_crop = Matrix::Identity();  ///< without the warp; see geometry/view_transform.hpp for the way back
  float warp = 0;                             ///< the factor of the tanh warp
};

/// A sample on its way to the network: picture, labels and geometry, which every step keeps together.
///
/// The picture is first the sample's bytes, then planes of floats in 0..1, at last normalised planes; it never goes back. Geometry comes
/// in two ways:
///
/// - at once: a step gives another picture and the matrix from the old pixels to the new (`replace`), and labels follow;
/// - later: steps *aim* (`aim`): they say where the crop will lie, one matrix after another, and one step then samples the picture a
///   single time through all of them (`Map`). Labels follow then.
class TransformState {
 public:
  /// Borrows the sample, which must outlive the state.
  /// @throws Error(argument)  for an empty picture
  /// @throws Error(shape)     for parsing labels or soft maps of another size than the picture
  explicit TransformState(const datasets::Sample& sample);

  const datasets::Sample& sample() const noexcept { return *sample_; }

  Random random{0};                      ///< the numbers of the current step
  datasets::Label label;                 ///< landmarks in pixels of the current picture, parsing labels and soft maps as large as it
  std::vector<datasets::Label> further;  ///< likewise, the sample's further labels

  /// The size of the current picture.
  Size size() const noexcept;
  bool in_bytes() const noexcept;
  bool normalised() const noexcept { return normalised_; }

  /// The picture while it is bytes; `edit_bytes` copies the sample's on the first call.
  /// @throws Error(argument) when it is floats already
  const Image& bytes() const;
  Image& edit_bytes();
  /// The picture as planes in 0..1, turned into them by the first call. @throws Error(argument) once it is normalised
  PlanarImage& planes();
  /// The normalised planes. @throws Error(argument) when the picture isn't normalised yet
  PlanarImage& normalised_planes();
  /// Says that `planes` are normalised now.
  void set_normalised(PlanarImage planes);

  /// Another picture in place of this one: points of the label go through `move` (pixels of the old picture to the new one's), parsing
  /// labels are sampled at the nearest pixel, soft maps bilinearly (0 outside), and labels of your own as their `move` says.
  /// @throws Error(argument) while a crop is aimed at, or after a warp
  void replace(Image picture, const Matrix& move);

  /// Aims at a crop: `to_crop` takes pixels of the photo, as read, to the crop's.
  void aim(const Matrix& to_crop, Size crop);
  /// A further matrix after those so far: from pixels of the crop (or picture) so far to pixels of `crop`.
  void aim_further(const Matrix& step, Size crop);
  /// Whether a crop is aimed at that no step has sampled yet.
  bool aiming() const noexcept { return aiming_; }
  /// The size of the crop aimed at; without one, of the picture.
  Size target() const noexcept { return aiming_ ? crop_ : size(); }
  /// From the current picture to the crop aimed at.
  const Matrix& picture_to_crop() const noexcept { return picture_to_crop_; }
  /// From the photo to the crop aimed at; without one, to the current picture.
  Matrix photo_to_crop() const { return picture_to_crop_ * photo_to_picture_; }
  float warp() const noexcept { return warp_; }

  /// Takes the crop aimed at, sampled from `bytes` through `picture_to_crop`, as the picture. Labels follow, through the warp too.
  void arrive(PlanarImage crop, float warp, bool already_normalised = false);

  /// What is handed to the network. @throws Error(argument) when the picture isn't normalised, or a crop aimed at was never sampled
  Prepared finish() &&;

 private:
  void move_labels(const datasets::LabelMove& move, bool whole);
  void check_geometry() const;

  const datasets::Sample* sample_;
  std::variant<const Image*, Image, PlanarImage> picture_;
  Matrix photo_to_picture_ = Matrix::Identity();
  Matrix picture_to_crop_ = Matrix::Identity();
  Size crop_;
  float warp_ = 0;
  bool aiming_ = false;
  bool normalised_ = false;
};

/// What a step of a chain must have: `apply`, which may be called from many threads at once.
///
///     struct Darken {
///       double factor = 0.5;
///       void apply(TransformState& state) const { for (auto& value : state.planes().values) value *= factor; }
///     };
///
/// Three more members are used where a type has them: `static constexpr std::string_view kName` (what chains call it),
/// `nlohmann::json describe() const` (its parameters), `void check() const` (throws when a parameter is out of range).
/// A function of a `TransformState&` will do for a whole step.
template <class T>
concept TransformStep = requires(const T& step, TransformState& state) {
  step.apply(state);
};

/// A function that is a whole step; called as const, so that threads can share it.
template <class F>
concept StepFunction = !TransformStep<F> && std::invocable<const F&, TransformState&>;

/// Any step, held by value; copies share it, as nothing in it changes.
class Step {
 public:
  /// @throws Error of the step's own `check`
  template <TransformStep T>
  Step(T step) : self_(std::make_shared<Held<T>>(std::move(step))) {}  // NOLINT: a step is meant to be given as it is
  template <StepFunction F>
  Step(F function) : self_(std::make_shared<Held<Function<F>>>(Function<F>{std::move(function)})) {}  // NOLINT

  void apply(TransformState& state) const { self_->apply(state); }
  /// The type's name: "mirror"; empty for steps that have none.
  std::string_view type() const { return self_->type(); }
  /// The step itself. @throws Error(argument) for a step of another type
  template <TransformStep T>
  const T& as() const {
    if (const auto* held = dynamic_cast<const Held<T>*>(self_.get())) return held->step;
    throw Error(ErrorCode::argument, "data: a step of a chain is of another type").found(std::string(type()));
  }
  /// The parameters; an empty object for steps that don't tell.
  nlohmann::json describe() const { return self_->describe(); }

 private:
  template <class F>
  struct Function {
    F function;
    void apply(TransformState& state) const { function(state); }
  };

  struct Interface {
    virtual ~Interface() = default;
    virtual void apply(TransformState& state) const = 0;
    virtual std::string_view type() const = 0;
    virtual nlohmann::json describe() const = 0;
  };

  template <class T>
  struct Held final : Interface {
    explicit Held(T value) : step(std::move(value)) {
      if constexpr (requires { step.check(); }) step.check();
    }
    void apply(TransformState& state) const override { step.apply(state); }
    std::string_view type() const override {
      if constexpr (requires { T::kName; }) return T::kName;
      return {};
    }
    nlohmann::json describe() const override {
      if constexpr (requires { step.describe(); }) return step.describe();
      return nlohmann::json::object();
    }
    T step;
  };

  std::shared_ptr<const Interface> self_;
};

/// What is done to a sample between reading and the network: named steps, one after the other.
///
///     auto chain = transforms::published::face112_train()
///                      .without("erasing")
///                      .replace("mirror", transforms::Mirror{.probability = 0.3})
///                      .after("mirror", "dim", [](TransformState& state) { ... });
///     Prepared prepared = chain(sample, Random(seed, {epoch, index}));
///
/// A value: copies are cheap and independent, calls are const and thread-safe. Each step draws from a stream of its own, made from the
/// sample's and the step's **name**: adding, removing or changing one step leaves what the others draw as it is.
class Chain {
 public:
  Chain() = default;

  /// @throws Error  of a step that can't do its work on this sample, with the sample and the step named; when the chain doesn't end with
  ///                a normalised picture
  Prepared operator()(const datasets::Sample& sample, Random random) const;
  /// The state after all steps, for looking into a chain or for chains that end earlier. The sample must outlive it.
  TransformState run(const datasets::Sample& sample, const Random& random) const;

  /// One step more at the end, by the name its type has.
  /// @throws Error(argument)  for a type without a name, a name that is taken, a parameter out of range; so the others here too
  Chain& then(Step step) &;
  Chain&& then(Step step) && { return std::move(then(std::move(step))); }
  Chain& then(std::string name, Step step) &;
  Chain&& then(std::string name, Step step) && { return std::move(then(std::move(name), std::move(step))); }
  /// A step before or after one that is there. @throws Error(argument) also for an unknown `place`, with the nearest known one
  Chain& before(std::string_view place, std::string name, Step step) &;
  Chain&& before(std::string_view place, std::string name, Step step) && {
    return std::move(before(place, std::move(name), std::move(step)));
  }
  Chain& after(std::string_view place, std::string name, Step step) &;
  Chain&& after(std::string_view place, std::string name, Step step) && {
    return std::move(after(place, std::move(name), std::move(step)));
  }
  /// Another step under the same name, in the same place.
  Chain& replace(std::string_view name, Step step) &;
  Chain&& replace(std::string_view name, Step step) && { return std::move(replace(name, std::move(step))); }
  Chain& without(std::string_view name) &;
  Chain&& without(std::string_view name) && { return std::move(without(name)); }

  std::vector<std::string> names() const;
  bool contains(std::string_view name) const noexcept;
  /// @throws Error(argument) for an unknown name
  const Step& at(std::string_view name) const;
  std::size_t size() const noexcept { return steps_.size(); }

  /// [{"name": "mirror", "type": "mirror", "probability": 0.5}, ...]: all steps with all parameters, equal for equal chains.
  nlohmann::json describe() const;
  /// The same for people: "crop(...), mirror(probability 0.5), ...", one step a line.
  std::string text() const;

 private:
  struct Named {
    std::string name;
    Step step;
  };

  std::size_t index_of(std::string_view name) const;
  void insert(std::size_t place, std::string name, Step step);

  std::vector<Named> steps_;
};

}  // namespace faceptor::transforms

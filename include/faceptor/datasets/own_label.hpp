#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/label_kind.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/similarity.hpp>

/// Labels of a kind of your own: a class that says its kind, its shape and its numbers. Nothing else has to know it.
///
///     struct Rotation {
///       static constexpr LabelKind kKind{"rotation"};
///       static std::vector<std::int64_t> shape(std::int64_t) { return {3, 3}; }
///       void write(std::span<float> row) const { std::ranges::copy(matrix, row.begin()); }
///       void mirror() { for (auto i : {1, 2, 3, 6}) matrix[i] = -matrix[i]; }
///       std::array<float, 9> matrix;
///     };
///
///     sample.label = OwnLabel(Rotation{...});              // in a data set, whose info().kind is Rotation::kKind
///     std::get<OwnLabel>(label).get<Rotation>().matrix;    // in a metric, a report
namespace faceptor::datasets {

/// How a step of a chain moves a picture: what an own label's `move` is given.
struct LabelMove {
  Matrix matrix = Matrix::Identity();  ///< from pixels of the old picture to the new one's, without the warp
  Size size = {};                      ///< of the new picture
  float warp = 0;                      ///< the factor of the tanh warp

  /// Points of the old picture on the new one, the warp included.
  Points operator()(std::span<const Point> points) const;
  /// Whether the new picture is turned left to right.
  bool mirrors() const noexcept { return matrix(0, 0) * matrix(1, 1) < matrix(0, 1) * matrix(1, 0); }
};

/// What is known of a label type before any label: how large the rows of a batch are.
struct LabelType {
  std::function<std::vector<std::int64_t>(std::int64_t outputs)> shape;  ///< of one row, for a task of so many outputs; {} is one number
};

/// The label types of your own, by their kind's name.
Registry<LabelType>& label_registry();

namespace detail {

template <class L>
concept HasLabelKind = requires {
  requires std::same_as<std::remove_cvref_t<decltype(L::kKind)>, LabelKind>;
};
template <class L>
concept HasLabelShape = requires(std::int64_t outputs) {
  { L::shape(outputs) } -> std::convertible_to<std::vector<std::int64_t>>;
};
template <class L>
concept HasLabelWrite = requires(const L& label, std::span<float> row) {
  label.write(row);
};
template <class L>
concept HasLabelMirror = requires(L& label) {
  label.mirror();
};
template <class L>
concept HasLabelMove = requires(L& label, const LabelMove& move) {
  label.move(move);
};

inline constexpr std::array kLibraryKinds = {LabelKind::none,      LabelKind::class_index, LabelKind::age,    LabelKind::attributes,
                                             LabelKind::landmarks, LabelKind::parsing,     LabelKind::values, LabelKind::soft_maps};

/// One sentence for each thing that a label type lacks.
template <class L>
consteval bool check_label() {
  static_assert(std::copyable<L>, "faceptor: a label type must be copyable");
  static_assert(HasLabelKind<L>, "faceptor: a label type needs `static constexpr LabelKind kKind{\"name\"}`");
  if constexpr (HasLabelKind<L>) {
    static_assert(std::ranges::find(kLibraryKinds, L::kKind) == kLibraryKinds.end(), "faceptor: a label type needs a kind of its own");
  }
  static_assert(HasLabelShape<L>,
                "faceptor: a label type needs `static std::vector<std::int64_t> shape(std::int64_t outputs)`, of one row");
  static_assert(HasLabelWrite<L>, "faceptor: a label type needs `void write(std::span<float> row) const`, as the loss takes its numbers");
  static_assert(
      HasLabelMirror<L> || !requires { &L::mirror; }, "faceptor: a label type's mirror has to be `void mirror()`");
  static_assert(
      HasLabelMove<L> || !requires { &L::move; }, "faceptor: a label type's move has to be `void move(const LabelMove& move)`");
  return std::copyable<L> && HasLabelKind<L> && HasLabelShape<L> && HasLabelWrite<L>;
}

}  // namespace detail

/// Makes a label type known, so that batches can be made of it before any label of it was; making an `OwnLabel` of it does the same.
/// @throws Error(argument) when another type has its kind's name
template <class L>
void register_label() {
  if constexpr (detail::check_label<L>()) {
    static const bool known =
        (label_registry().add(std::string(L::kKind.name()), {[](std::int64_t outputs) { return L::shape(outputs); }}, &typeid(L)), true);
    static_cast<void>(known);
  }
}

/// A label of a type of your own, shared and never changed.
///
/// The type says `kKind`, `shape` and `write`, as above. Where a chain changes the picture it follows, if it has these:
///
/// - `void mirror()`: what mirroring the picture left to right makes of it. Without it, a chain that mirrors refuses it.
/// - `void move(const LabelMove& move)`: what any move of the picture makes of it, mirroring included. When a picture
///   is mirrored, both are called: `mirror()` then does only what points don't say, such as exchanging what is called left and right.
///   Without it the label stays as it is.
class OwnLabel {
 public:
  template <class L>
  requires(!std::same_as<L, OwnLabel>) explicit OwnLabel(L label) : self_(made(std::move(label))) {}

  LabelKind kind() const { return self_->kind(); }
  /// The label itself. @throws Error(mismatch) if it is of another type
  template <class L>
  const L& get() const {
    if (const auto* held = dynamic_cast<const Held<L>*>(self_.get())) return held->label;
    throw Error(ErrorCode::mismatch, "data: a label is of another type than it is taken for").found(std::string(kind().name()));
  }

  /// Its numbers. @param row  as many as its type's shape has
  void write(std::span<float> row) const { self_->write(row); }
  /// @throws Error(argument) for a label that can't be mirrored
  void expect_mirror() const;
  /// The label of the mirrored picture. @throws as `expect_mirror`
  OwnLabel mirrored() const;
  /// The label of the moved picture.
  OwnLabel moved(const LabelMove& move) const;

  /// The same label, or an equal one of a type that can be compared.
  friend bool operator==(const OwnLabel& a, const OwnLabel& b) { return a.self_ == b.self_ || a.self_->equals(*b.self_); }

 private:
  struct Interface {
    virtual ~Interface() = default;
    virtual LabelKind kind() const = 0;
    virtual void write(std::span<float> row) const = 0;
    virtual bool can_mirror() const = 0;
    virtual std::shared_ptr<const Interface> mirrored() const = 0;                    // null where it can't be
    virtual std::shared_ptr<const Interface> moved(const LabelMove& move) const = 0;  // null where it stays as it is
    virtual bool equals(const Interface& other) const = 0;
  };

  template <class L>
  struct Held final : Interface {
    explicit Held(L value) : label(std::move(value)) {}
    LabelKind kind() const override { return L::kKind; }
    void write(std::span<float> row) const override { label.write(row); }
    bool can_mirror() const override { return detail::HasLabelMirror<L>; }
    std::shared_ptr<const Interface> mirrored() const override {
      if constexpr (detail::HasLabelMirror<L>) {
        auto other = std::make_shared<Held>(label);
        other->label.mirror();
        return other;
      }
      return nullptr;
    }
    std::shared_ptr<const Interface> moved([[maybe_unused]] const LabelMove& move) const override {
      if constexpr (detail::HasLabelMove<L>) {
        auto other = std::make_shared<Held>(label);
        other->label.move(move);
        return other;
      }
      return nullptr;
    }
    bool equals([[maybe_unused]] const Interface& other) const override {
      if constexpr (std::equality_comparable<L>) {
        const auto* same = dynamic_cast<const Held*>(&other);
        return same != nullptr && same->label == label;
      }
      return false;
    }
    L label;
  };

  template <class L>
  static std::shared_ptr<const Interface> made(L label) {
    if constexpr (detail::check_label<L>()) {
      register_label<L>();
      return std::make_shared<Held<L>>(std::move(label));
    }
    return nullptr;
  }

  std::shared_ptr<const Interface> self_;
};

}  // namespace faceptor::datasets

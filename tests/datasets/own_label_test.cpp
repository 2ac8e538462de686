#include <faceptor/datasets/own_label.hpp>

#include <array>

#include <faceptor/datasets/sample.hpp>

#include "loading/own_labels.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using own_labels::Rotation;
using own_labels::Weight;

namespace {

struct Impostor {
  static constexpr LabelKind kKind{"rotation"};
  static std::vector<std::int64_t> shape(std::int64_t) { return {1}; }
  void write(std::span<float>) const {}
};

}  // namespace

TEST_CASE("labels of one's own are labels", "[data][datasets][own_label]") {
  Label label = OwnLabel(Rotation{{1, 2, 3, 4, 5, 6, 7, 8, 9}});
  CHECK(kind_of(label) == Rotation::kKind);
  CHECK(kind_of(label).name() == "rotation");
  const auto& own = std::get<OwnLabel>(label);
  CHECK(own.get<Rotation>().matrix[4] == 5);
  CHECK(error_of([&] { own.get<Weight>(); }).code() == ErrorCode::mismatch);
  std::array<float, 9> row{};
  own.write(row);
  CHECK(row == own.get<Rotation>().matrix);
  const Label copy = label;
  CHECK(copy == label);
  CHECK(label != Label(OwnLabel(Rotation{})));
  CHECK(label != Label(OwnLabel(Weight{3})));
  CHECK(kind_of(NoLabel{}) == LabelKind::none);
  CHECK(kind_of(SoftMapLabels{}) == LabelKind::soft_maps);
}

TEST_CASE("labels of one's own are known by their kind's name", "[data][datasets][own_label]") {
  register_label<Weight>();
  register_label<Weight>();
  CHECK(label_registry().get("weight").shape(5) == std::vector<std::int64_t>{5});
  OwnLabel(Rotation{});
  CHECK(label_registry().get("rotation").shape(1) == std::vector<std::int64_t>{3, 3});
  CHECK(error_of([] { label_registry().get("rotatoin"); }).code() == ErrorCode::unsupported);
  CHECK(error_of([] { OwnLabel(Impostor{}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { register_label<Impostor>(); }).code() == ErrorCode::argument);
}

TEST_CASE("labels of one's own are mirrored and moved as they say", "[data][datasets][own_label]") {
  const OwnLabel rotation(Rotation{{1, 2, 3, 4, 5, 6, 7, 8, 9}});
  CHECK(rotation.mirrored().get<Rotation>().matrix == std::array<float, 9>{1, -2, -3, -4, 5, 6, -7, 8, 9});
  CHECK(rotation.mirrored().mirrored() == rotation);
  LabelMove move{.size = {10, 10}};
  CHECK(rotation.moved(move) == rotation);
  const OwnLabel weight(Weight{3});
  const auto refused = error_of([&] { weight.mirrored(); });
  CHECK(refused.code() == ErrorCode::argument);
  CHECK(refused.summary() == "data: labels of the kind \"weight\" can't be mirrored");

  const OwnLabel gaze(own_labels::Gaze{{2, 3}});
  move.matrix(0, 2) = 5;
  CHECK_FALSE(move.mirrors());
  CHECK(gaze.moved(move).get<own_labels::Gaze>().point == Point{7, 3});
  move.matrix(0, 0) = -1;
  CHECK(move.mirrors());
  CHECK(gaze.moved(move).get<own_labels::Gaze>().point == Point{3, 3});
  CHECK(gaze.get<own_labels::Gaze>().point == Point{2, 3});
}

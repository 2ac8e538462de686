#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/mirror.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/resize.hpp>

#include <thread>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

namespace {

/// A step that only notes what it would draw.
struct Draws {
  std::uint64_t* drawn;
  void apply(TransformState& state) const { *drawn = state.random.bits64(); }
};

Chain small_chain() {
  return Chain()
      .then(Crop{.view = views::box(64)})
      .then(RandomSimilarity{})
      .then(Map{})
      .then(NoiseFusion{.probability = 1})
      .then(Normalise{});
}

}  // namespace

TEST_CASE("chains are edited by the names of their steps", "[data][transforms]") {
  auto chain = small_chain();
  CHECK(chain.names() == std::vector<std::string>{"crop", "similarity", "map", "noise", "normalise"});
  chain.without("noise").before("map", "mirror", Mirror{.probability = 0}).after("map", "dim", [](TransformState& state) {
    for (auto& value : state.planes().values) value *= 0.5F;
  });
  CHECK(chain.names() == std::vector<std::string>{"crop", "similarity", "mirror", "map", "dim", "normalise"});
  chain.replace("dim", Grey{.probability = 1});
  CHECK(chain.names()[4] == "dim");
  CHECK(chain.at("dim").type() == "grey");
  CHECK(chain.contains("dim"));
  CHECK_FALSE(chain.contains("noise"));
}

TEST_CASE("copies of a chain are independent", "[data][transforms]") {
  const auto chain = small_chain();
  auto copy = chain;
  copy.without("noise");
  CHECK(chain.size() == 5);
  CHECK(copy.size() == 4);
  const auto sample = samples::face();
  CHECK((chain(sample, Random(1)).image != copy(sample, Random(1)).image));
}

TEST_CASE("wrong edits say what would have been right", "[data][transforms]") {
  const auto unknown = error_of([] { small_chain().without("nois"); });
  CHECK(std::string(unknown.what()).find("did you mean \"noise\"?") != std::string::npos);
  CHECK(error_of([] { small_chain().then(Map{}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { small_chain().then([](TransformState&) {}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { small_chain().before("nothing", "x", Grey{}); }).code() == ErrorCode::argument);
}

TEST_CASE("the same numbers give the same bytes, others give others", "[data][transforms]") {
  const auto chain = small_chain();
  const auto sample = samples::face();
  const auto first = chain(sample, Random(7, {1, 2})), again = chain(sample, Random(7, {1, 2})), other = chain(sample, Random(7, {1, 3}));
  CHECK((first.image == again.image));
  CHECK(first.label == again.label);
  CHECK(first.photo_to_crop == again.photo_to_crop);
  CHECK((first.image != other.image));
  CHECK(first.photo_to_crop != other.photo_to_crop);
}

TEST_CASE("a step draws the same whatever the others are", "[data][transforms]") {
  const auto sample = samples::face();
  std::uint64_t alone = 0, among = 0, twin = 0;
  Chain().then("probe", Draws{&alone}).run(sample, Random(3));
  small_chain().before("noise", "probe", Draws{&among}).after("probe", "twin", Draws{&twin}).run(sample, Random(3));
  CHECK(alone == among);
  CHECK(alone != twin);
  // And so the rest of a chain keeps its draws when a step is taken out: the same crop with and without noise.
  const auto with = small_chain()(sample, Random(4)), without = small_chain().without("noise")(sample, Random(4));
  CHECK(with.photo_to_crop == without.photo_to_crop);
  CHECK(with.label == without.label);
}

TEST_CASE("a chain works in many threads at once", "[data][transforms]") {
  const auto chain = small_chain();
  const auto sample = samples::face();
  const auto expected = chain(sample, Random(9));
  std::vector<std::vector<float>> found(4);
  std::vector<std::thread> threads;
  for (auto& image : found) threads.emplace_back([&] { image = chain(sample, Random(9)).image; });
  for (auto& thread : threads) thread.join();
  for (const auto& image : found) CHECK((image == expected.image));
}

TEST_CASE("a chain tells all its parameters", "[data][transforms]") {
  const auto json = small_chain().describe();
  REQUIRE(json.size() == 5);
  CHECK(json[0].at("name") == "crop");
  CHECK(json[0].at("view").at("width") == 64);
  CHECK(json[1].at("rotation") == 0.174);
  CHECK(json[3].at("type") == "noise");
  CHECK(json[3].at("strength") == 0.5);
  CHECK(small_chain().describe() == json);
  CHECK(small_chain().replace("noise", NoiseFusion{.strength = 0.25}).describe() != json);
  CHECK(Chain().then("mine", [](TransformState&) {}).describe()[0].at("type") == "custom");
  CHECK(Chain().then(NoiseFusion{}).then("more", Grey{}).text() == "noise: probability 0.5, strength 0.5\nmore [grey]: probability 0.1\n");
}

TEST_CASE("errors of steps name the sample and the step", "[data][transforms]") {
  auto sample = samples::face(3);
  sample.box.reset();
  sample.points.reset();
  sample.label = NoLabel{};
  const auto error = error_of([&] { small_chain()(sample, Random(1)); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.where() == "face 3, step \"crop\"");
}

TEST_CASE("steps in an impossible order say so", "[data][transforms]") {
  const auto sample = samples::face();
  const auto refused = [&](const Chain& chain, const char* part) {
    const auto error = error_of([&] { chain(sample, Random(1)); });
    INFO(error.what());
    CHECK(error.code() == ErrorCode::argument);
    CHECK(std::string(error.what()).find(part) != std::string::npos);
  };
  refused(Chain(), "before the picture is normalised");
  refused(Chain().then(Crop{.view = views::box(32)}).then(Normalise{}), "never sampled");
  refused(Chain().then(Normalise{}).then(Grey{.probability = 1}), "after the normalisation");
  refused(Chain().then(Normalise{}).then("again", Normalise{}), "after the normalisation");
  refused(Chain().then(Grey{.probability = 1}).then(Resize{}), "made floats");
  refused(Chain().then(Crop{.view = views::box(32)}).then(Resize{}), "while a crop is aimed at");
  refused(Chain().then(Crop{.view = views::box(32)}).then(Map{.warp = 0.5F}).then(RandomSimilarity{}), "after it was warped");
}

TEST_CASE("samples that don't fit together are refused", "[data][transforms]") {
  CHECK(error_of([] { TransformState(samples::plain(Image())); }).code() == ErrorCode::argument);
  auto sample = samples::parsed_face();
  std::get<ParsingLabels>(sample.label).classes.height -= 1;
  const auto error = error_of([&] { small_chain()(sample, Random(1)); });
  CHECK(error.code() == ErrorCode::shape);
  CHECK(error.where() == "face 0");
  std::get<ParsingLabels>(sample.label).classes = {};
  CHECK(error_of([&] { small_chain()(sample, Random(1)); }).code() == ErrorCode::shape);
}

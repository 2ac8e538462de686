#include <faceptor/decoder/interpreter.hpp>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/heads/output_kinds.hpp>
#include <faceptor/tasks/output_kind.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

/// Sums each token, and wants two queries an output.
struct Sums : torch::nn::Module, decoder::Interpreter {
  static constexpr const char* kName = "test_sums";
  using Kind = AttributeVector;
  static std::int64_t queries(std::int64_t outputs) { return 2 * outputs; }
  explicit Sums(const decoder::InterpreterContext& context) : hidden(context.hidden) {}
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const decoder::Memory&,
                                       std::span<const std::size_t>) override {
    return {tokens.front().sum(2)};
  }
  std::int64_t hidden;
};

namespace other {
struct Sums : ::torch::nn::Module, decoder::Interpreter {
  static constexpr const char* kName = "test_sums";
  using Kind = AttributeVector;
  explicit Sums(const decoder::InterpreterContext&) {}
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor>, const decoder::Memory&, std::span<const std::size_t>) override {
    return {};
  }
};
}  // namespace other

}  // namespace

TEST_CASE("the library's interpreters are known by their names, each with its kind and its queries", "[decoder][interpreter]") {
  output_kinds();  // which bring theirs along
  const auto check = [](const char* name, const char* kind, std::int64_t queries) {
    INFO(name);
    const auto type = decoder::interpreter_registry().get(name);
    CHECK(type.kind == kind);
    CHECK(type.queries(5) == queries);
  };
  check("value", "attribute_vector", 5);
  check("map_v2", "dense_map", 5);
  check("map", "dense_map", 5);
  check("feature_v2", "embedding", 0);
  check("feature", "embedding", 2);
}

TEST_CASE("an interpreter of one's own is known by its name, and takes nobody else's", "[decoder][interpreter]") {
  decoder::register_interpreter<Sums>();
  decoder::register_interpreter<Sums>();  // twice does no harm
  const auto type = decoder::interpreter_registry().get("test_sums");
  CHECK(type.kind == "attribute_vector");
  CHECK(type.queries(3) == 6);
  const Vit vit(VitOptions(16, 1, 2, 16).image_side(32));
  const auto made = type.make({*vit, 8, {{"own", 3}}});
  auto* sums = dynamic_cast<Sums*>(made.get());
  REQUIRE(sums != nullptr);
  CHECK(sums->hidden == 8);
  const std::vector<torch::Tensor> tokens = {torch::ones({2, 6, 8})};
  const std::vector<std::size_t> wanted = {0};
  CHECK(torch::equal(sums->interpret(tokens, {}, wanted).at(0), torch::full({2, 6}, 8.0)));
  CHECK(error_of([] { decoder::register_interpreter<other::Sums>(); }).code() == ErrorCode::argument);
  CHECK(error_of([] { decoder::interpreter_registry().get("valu"); }).hint().find("\"value\"") != std::string::npos);
}

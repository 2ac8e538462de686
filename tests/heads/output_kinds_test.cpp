#include <faceptor/heads/output_kinds.hpp>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/heads/standard_heads.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using Levels = std::vector<std::int64_t>;

namespace {

Vit backbone() { return Vit(VitOptions(32, 12, 2, 16).image_side(32)); }

}  // namespace

TEST_CASE("each kind makes its own head, which reads the kind's levels", "[heads][output_kinds]") {
  const auto vit = backbone();
  const heads::HeadContext context{*vit, {{"a", 3}}, {.dense_channels = 8, .attribute_hidden = 16}};
  const auto dense = DenseMap::make_head(context), values = AttributeVector::make_head(context), embedding = Embedding::make_head(context);
  CHECK(dynamic_cast<heads::DenseHeadImpl*>(dense.get()) != nullptr);
  CHECK(dynamic_cast<heads::AttributeHeadImpl*>(values.get()) != nullptr);
  CHECK(dynamic_cast<heads::EmbeddingHeadImpl*>(embedding.get()) != nullptr);
  CHECK(dense->levels() == Levels{3, 5, 7, 11});
  CHECK(values->levels() == Levels{5, 7, 9, 11});
  CHECK(embedding->levels() == Levels{11});
}

TEST_CASE("each kind makes its own interpreter; an embedding's reads the backbone and has no queries", "[heads][output_kinds]") {
  const auto vit = backbone();
  const decoder::InterpreterContext context{*vit, 8, {{"a", 3}}};
  CHECK(dynamic_cast<decoder::MapInterpreterImpl*>(DenseMap::make_interpreter(context).get()) != nullptr);
  CHECK(dynamic_cast<decoder::ValueInterpreterImpl*>(AttributeVector::make_interpreter(context).get()) != nullptr);
  CHECK(dynamic_cast<heads::Head*>(Embedding::make_interpreter(context).get()) != nullptr);
  CHECK(Embedding::queries(512) == 0);
  CHECK(DenseMap::kMaps);
  CHECK_FALSE(AttributeVector::kMaps);
  CHECK_FALSE(Embedding::kMaps);
}

TEST_CASE("levels that the backbone doesn't have are refused", "[heads][output_kinds]") {
  const auto vit = backbone();
  const auto error = error_of([&] { AttributeVector::make_head({*vit, {{"a", 3}}, {.attribute_levels = {3, 12}}}); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.expected() == "0 to 11");
  CHECK(error.found() == "12");
}

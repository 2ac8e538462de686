#include <faceptor/backbone/feature_pyramid.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using Levels = std::vector<std::int64_t>;

TEST_CASE("a pyramid gives the features of its levels, as maps, tokens and rows", "[backbone][feature_pyramid]") {
  FeaturePyramid pyramid;
  const auto first = torch::arange(2 * 3 * 2 * 2).view({2, 3, 2, 2});
  pyramid.add(3, first);
  pyramid.add(7, first + 100);
  CHECK(pyramid.levels() == Levels{3, 7});
  CHECK(pyramid.contains(7));
  CHECK_FALSE(pyramid.contains(5));
  CHECK(torch::equal(pyramid.at(7), first + 100));
  const auto tokens = pyramid.tokens(3);
  CHECK(tokens.sizes() == at::IntArrayRef({2, 4, 3}));
  // Row by row: the second token is the second pixel of the first row.
  CHECK(torch::equal(tokens[1][1], first[1].select(1, 0).select(1, 1)));
  const auto second = pyramid.rows(1, 2);
  CHECK(second.levels() == pyramid.levels());
  CHECK(torch::equal(second.at(3), first.slice(0, 1, 2)));
  CHECK(second.at(3).data_ptr() == first[1].data_ptr());  // a view
  CHECK(pyramid.at(3).size(0) == 2);
}

TEST_CASE("levels come in ascending order, and only those that are there can be had", "[backbone][feature_pyramid]") {
  FeaturePyramid pyramid;
  pyramid.add(3, torch::zeros({1, 1, 1, 1}));
  CHECK(error_of([&] { pyramid.add(3, torch::zeros({1, 1, 1, 1})); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { pyramid.add(1, torch::zeros({1, 1, 1, 1})); }).found() == "1 after 3");
  const auto error = error_of([&] { pyramid.at(4); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.expected() == "one of [3]");
}

TEST_CASE("levels of both lists, each once", "[backbone][feature_pyramid]") {
  CHECK(union_of_levels(Levels{11, 3}, Levels{5, 3}) == Levels{3, 5, 11});
  CHECK(union_of_levels(Levels{}, Levels{2}) == Levels{2});
  CHECK(union_of_levels(Levels{}, Levels{}).empty());
}

#include <faceptor/metrics/confusion_matrix.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using metrics::ConfusionMatrix;
using Classes = std::vector<std::int64_t>;

TEST_CASE("scores of a matrix that one counts by hand", "[metrics][confusion_matrix]") {
  ConfusionMatrix matrix(3);
  // Rows true: class 0 three times right, once taken for 1; class 1 twice right; class 2 never seen.
  matrix.add(Classes{0, 0, 0, 0, 1, 1, 255}, Classes{0, 0, 0, 1, 1, 1, 2}, 255);
  CHECK(matrix.counts() == Classes{3, 1, 0, 0, 2, 0, 0, 0, 0});
  CHECK(matrix.at(0, 1) == 1);
  CHECK(matrix.samples() == 6);
  CHECK(matrix.hits() == 5);
  CHECK(matrix.true_count(0) == 4);
  CHECK(matrix.predicted_count(1) == 3);
  CHECK(*matrix.accuracy() == Approx(5.0 / 6));
  CHECK(*matrix.recall(0) == Approx(3.0 / 4));
  CHECK(*matrix.precision(1) == Approx(2.0 / 3));
  CHECK(*matrix.f1(1) == Approx(4.0 / 5));
  CHECK(*matrix.iou(1) == Approx(2.0 / 3));
  CHECK_FALSE(matrix.recall(2));
  CHECK_FALSE(matrix.precision(2));
  CHECK_FALSE(matrix.f1(2));
  CHECK_FALSE(matrix.iou(2));
  CHECK_FALSE(ConfusionMatrix(2).accuracy());
}

TEST_CASE("an open matrix takes the size of what it is merged with", "[metrics][confusion_matrix]") {
  ConfusionMatrix open, two = ConfusionMatrix::from_counts(2, {1, 2, 3, 4});
  open.merge(ConfusionMatrix());
  CHECK(open.classes() == 0);
  open.merge(two);
  open.merge(two);
  CHECK(open.counts() == Classes{2, 4, 6, 8});
  CHECK(error_of([&] { open.merge(ConfusionMatrix(3)); }).code() == ErrorCode::mismatch);
  CHECK(error_of([&] { open.resize(3); }).expected() == "2 classes");
}

TEST_CASE("a matrix comes back from JSON", "[metrics][confusion_matrix]") {
  const auto matrix = ConfusionMatrix::from_counts(2, {1, 2, 3, 4});
  CHECK(nlohmann::json(matrix).get<ConfusionMatrix>() == matrix);
  CHECK(error_of([] { ConfusionMatrix::from_counts(2, {1, 2, 3}); }).code() == ErrorCode::format);
  CHECK(error_of([] { ConfusionMatrix::from_counts(2, {1, 2, 3, -1}); }).code() == ErrorCode::format);
}

TEST_CASE("what can't be counted is refused, and nothing of it added", "[metrics][confusion_matrix]") {
  ConfusionMatrix matrix(2);
  CHECK(error_of([&] { matrix.add(Classes{0, 1}, Classes{0}); }).code() == ErrorCode::shape);
  const auto truth = error_of([&] { matrix.add(Classes{0, 2}, Classes{0, 0}); });
  CHECK(truth.code() == ErrorCode::argument);
  CHECK(truth.summary() == "metrics: a true class out of range");
  CHECK(truth.found() == "2");
  CHECK(error_of([&] { matrix.add(Classes{0, 1}, Classes{0, -1}); }).summary() == "metrics: a predicted class out of range");
  CHECK(matrix.samples() == 0);
  CHECK(error_of([&] { (void)matrix.at(0, 2); }).code() == ErrorCode::argument);
  CHECK(error_of([] { ConfusionMatrix(-1); }).code() == ErrorCode::argument);
  CHECK(error_of([] { ConfusionMatrix(5000); }).code() == ErrorCode::argument);
}

#include <faceptor/video/face_tracker.hpp>

#include <cmath>
#include <numbers>

#include <faceptor/video/one_euro_filter.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using video::FaceTracker;

namespace {

Detection face_at(float x, float y = 100, float side = 60) { return {Box{x, y, x + side, y + side}, 0.9F, std::nullopt}; }

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("faces that move keep their ids, in whatever order they are found", "[video]") {
  FaceTracker tracker;
  CHECK(tracker.update(std::vector{face_at(0), face_at(300)}) == Ids{1, 2});
  for (int i = 1; i < 40; ++i) {
    const float x = 10.0F * static_cast<float>(i);
    const std::vector faces{face_at(300 - x / 4), face_at(x / 8)};
    CHECK(tracker.update(faces) == Ids{2, 1});
  }
  CHECK(tracker.update(std::vector{face_at(600), face_at(40)}) == Ids{3, 1});
  CHECK(tracker.find(2)->lost == 1);
  CHECK(tracker.find(9) == nullptr);
}

TEST_CASE("a face that is gone for a while comes back, and after that is another", "[video]") {
  FaceTracker tracker({.keep_lost = 3});
  tracker.update(std::vector{face_at(0)});
  for (int i = 0; i < 3; ++i) tracker.update({});
  CHECK(tracker.update(std::vector{face_at(5)}) == Ids{1});
  for (int i = 0; i < 4; ++i) tracker.update({});
  CHECK(tracker.tracks().empty());
  CHECK(tracker.update(std::vector{face_at(5)}) == Ids{2});
}

TEST_CASE("two boxes on one track: the nearer one has it", "[video]") {
  FaceTracker tracker;
  tracker.update(std::vector{face_at(0)});
  CHECK(tracker.update(std::vector{face_at(20), face_at(2)}) == Ids{2, 1});
}

TEST_CASE("embeddings tell faces apart that cross, and find those that jump", "[video]") {
  const std::vector<float> ann{1, 0, 0}, bob{0, 1, 0};
  const std::vector<std::vector<float>> both{ann, bob};
  FaceTracker tracker;
  tracker.update(std::vector{face_at(0), face_at(40)}, both);
  // Each box lies nearer to where the other face was.
  CHECK(tracker.update(std::vector{face_at(30), face_at(10)}, both) == Ids{1, 2});
  FaceTracker blind;
  blind.update(std::vector{face_at(0), face_at(40)});
  CHECK(blind.update(std::vector{face_at(30), face_at(10)}) == Ids{2, 1});
  // A cut: nobody is where he was.
  CHECK(tracker.update(std::vector{face_at(900), face_at(1200)}, std::vector<std::vector<float>>{bob, ann}) == Ids{2, 1});
  // Somebody else elsewhere begins a track.
  CHECK(tracker.update(std::vector{face_at(2000)}, std::vector<std::vector<float>>{{0, 0, 1}}) == Ids{3});
  CHECK(error_of([&] { tracker.update(std::vector{face_at(0)}, both); }).code() == ErrorCode::argument);
}

TEST_CASE("the tracker's memory does not grow with the video", "[video]") {
  FaceTracker tracker({.keep_lost = 5});
  for (int i = 0; i < 10000; ++i) {
    tracker.update(std::vector{face_at(static_cast<float>(i % 50) * 200)});
    CHECK(tracker.tracks().size() <= 6);
  }
}

TEST_CASE("options of the tracker and the filter are checked", "[video]") {
  CHECK(error_of([] { FaceTracker({.min_overlap = 0}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { FaceTracker({.min_similarity = 2}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { FaceTracker({.keep_lost = -1}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { video::OneEuroFilter({.min_cutoff = 0}); }).code() == ErrorCode::argument);
}

TEST_CASE("points that tremble come to rest, and those that move are not held back", "[video]") {
  const double side = 100;
  video::OneEuroFilter filter;
  double trembling = 0, smoothed = 0, behind = 0;
  for (int i = 0; i < 100; ++i) {
    const float noise = i % 2 == 0 ? 1.0F : -1.0F;
    const auto point = filter({{50 + noise, 20}}, i / 25.0, side).front();
    if (i < 20) continue;
    trembling += std::abs(static_cast<double>(noise));
    smoothed += std::abs(static_cast<double>(point.x) - 50);
    CHECK(point.y == 20.0F);
  }
  CHECK(smoothed < 0.35 * trembling);
  for (int i = 100; i < 150; ++i) {
    const float place = 50 + 6.0F * static_cast<float>(i - 99);  // one and a half sides a second
    behind = static_cast<double>(place - filter({{place, 20}}, i / 25.0, side).front().x);
  }
  CHECK(behind < 6);
  // Another number of points, or a time that goes back, begins anew.
  CHECK(filter({{1, 2}, {3, 4}}, 6.1, side)[1] == Point{3, 4});
  CHECK(filter({{9, 9}, {8, 8}}, 1.0, side)[0] == Point{9, 9});
}

TEST_CASE("the first value that the filter gives is computed as in its paper", "[video]") {
  video::OneEuroFilter filter({.min_cutoff = 1, .beta = 2, .derivative_cutoff = 1});
  filter({{0, 0}}, 0, 10);
  const double r = 2 * std::numbers::pi * 0.1, share = r / (r + 1), speed = share * (5 / 0.1);
  const double cutoff = 1 + 2 * speed / 10, q = 2 * std::numbers::pi * cutoff * 0.1;
  CHECK(filter({{5, 0}}, 0.1, 10)[0].x == Approx(5 * q / (q + 1)).epsilon(1e-5));
}

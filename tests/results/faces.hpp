#pragma once

#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/face.hpp>
#include <faceptor/results/landmarks.hpp>

namespace results_test {

using namespace faceptor;

/// A face of task list 7, with five results: two of them of one type.
inline Face face_with_tasks() {
  Face face({10, 20, 110.5F, 140}, 0.98F, FivePoints{Point{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}});
  face.task_list = 7;
  face.add({"recog", results::Embedding({3, 4}, "abc")});
  face.add({"age", AgeEstimate::of(31.4F, 2.5F)});
  face.add({"affect", Expression({"calm", "wild"}, {0.9F, 0.1F})});
  face.add({"align_b", Landmarks("own", {{1, 2}})});
  face.add({"align_a", Landmarks("own", {{3, 4}})});
  return face;
}

}  // namespace results_test

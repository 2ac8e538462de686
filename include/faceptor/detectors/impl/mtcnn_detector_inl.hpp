#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <faceptor/core/error.hpp>
#include <faceptor/detectors/area_resample.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/detectors/mtcnn_nets.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/nn/guard.hpp>

namespace faceptor {
namespace detectors::detail {

/// A face that may be one, by the pixels of the turned photo, as facenet-pytorch counts them.
struct Candidate {
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  float score = 0;
  std::array<float, 4> offsets = {};
  FivePoints points = {};
};

using Candidates = std::vector<Candidate>;

/// A photo of this size, seen turned by quarter turns against the clock: its own places from those of the turned one.
struct QuarterTurns {
  QuarterTurns(int turns, Size photo) : turns(turns), turned(turned_size(photo, turns)), back_(quarter_turn_matrix(turned, 4 - turns)) {}

  Point back(Point p) const { return transformed(back_, std::span(&p, 1)).front(); }
  Box back(const Box& box) const { return Box::around(transformed(back_, std::array{Point{box.x0, box.y0}, Point{box.x1, box.y1}})); }

  int turns = 0;
  Size turned;

 private:
  Matrix back_;
};

/// The photo at one size.
struct PyramidLevel {
  float scale = 1;
  torch::Tensor image;  ///< 3 x H x W
};

enum class Overlap { of_union, of_smaller };

/// Keeps the surest of candidates that overlap by more than `limit`, surest first.
///
/// As the reference does it, `of_union` measures sides without the last pixel and takes the first of equal scores first, `of_smaller` with
/// it and the last first.
FACEPTOR_INLINE Candidates suppressed(const Candidates& faces, double limit, Overlap overlap) {
  const float pixel = overlap == Overlap::of_union ? 0.0F : 1.0F;
  const auto area = [&](const Candidate& face) { return (face.x1 - face.x0 + pixel) * (face.y1 - face.y0 + pixel); };
  std::vector<std::size_t> order(faces.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (overlap == Overlap::of_smaller) std::reverse(order.begin(), order.end());
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return faces[a].score > faces[b].score; });
  Candidates kept;
  std::vector<char> dropped(faces.size(), 0);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (dropped[order[i]] != 0) continue;
    const auto& face = faces[order[i]];
    const float own = area(face);
    kept.push_back(face);
    for (std::size_t k = i + 1; k < order.size(); ++k) {
      if (dropped[order[k]] != 0) continue;
      const auto& other = faces[order[k]];
      const float wide = std::max(0.0F, std::min(face.x1, other.x1) - std::max(face.x0, other.x0) + pixel);
      const float high = std::max(0.0F, std::min(face.y1, other.y1) - std::max(face.y0, other.y0) + pixel);
      const float shared = wide * high, others = area(other);
      const float share = overlap == Overlap::of_union ? shared / (own + others - shared) : shared / std::min(own, others);
      if (static_cast<double>(share) > limit) dropped[order[k]] = 1;
    }
  }
  return kept;
}

/// The square about the middle, as wide as the longer side.
FACEPTOR_INLINE void make_square(Candidate& face) {
  const float wide = face.x1 - face.x0, high = face.y1 - face.y0, side = std::max(wide, high);
  face.x0 = face.x0 + wide * 0.5F - side * 0.5F;
  face.y0 = face.y0 + high * 0.5F - side * 0.5F;
  face.x1 = face.x0 + side;
  face.y1 = face.y0 + side;
}

/// Moves the edges by the offsets.
/// @param pixel  what the reference adds to the sides: 0 behind P-Net, then 1
FACEPTOR_INLINE void move_edges(Candidate& face, float pixel) {
  const float wide = face.x1 - face.x0 + pixel, high = face.y1 - face.y0 + pixel;
  face.x0 += face.offsets[0] * wide;
  face.y0 += face.offsets[1] * high;
  face.x1 += face.offsets[2] * wide;
  face.y1 += face.offsets[3] * high;
}

/// A rectangle of the photo, by its first pixel and the one behind its last.
FACEPTOR_INLINE PixelRows<std::uint8_t> pixels_of(const Image& photo, int x0, int y0, int x1, int y1) {
  return {photo.at(x0, y0), std::ptrdiff_t{3} * photo.width(), x1 - x0, y1 - y0};
}

/// A colour of 0..255 as the networks take it.
FACEPTOR_INLINE void normalize(torch::Tensor& images) { images.sub_(127.5).mul_(0.0078125); }

FACEPTOR_INLINE std::vector<PyramidLevel> pyramid_of(const Image& photo, const MtcnnOptions& options) {
  constexpr double kCell = 12;
  std::vector<PyramidLevel> levels;
  double scale = kCell / static_cast<double>(options.min_face);
  for (double side = std::min(photo.width(), photo.height()) * scale; side >= kCell; side *= options.factor, scale *= options.factor) {
    const int width = static_cast<int>(photo.width() * scale + 1), height = static_cast<int>(photo.height() * scale + 1);
    levels.push_back({static_cast<float>(scale), torch::empty({3, height, width})});
  }
  at::parallel_for(0, static_cast<std::int64_t>(levels.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    const torch::InferenceMode inference;
    for (auto i = begin; i < end; ++i) {
      auto& image = levels[static_cast<std::size_t>(i)].image;
      area_resample(pixels_of(photo, 0, 0, photo.width(), photo.height()), static_cast<int>(image.size(2)), static_cast<int>(image.size(1)),
                    image.data_ptr<float>());
      normalize(image);
    }
  });
  return levels;
}

/// Some rows of a level's output, so that what the layers hand on stays in the processor's cache, and a large photo takes little memory.
struct Strip {
  std::size_t level = 0;
  std::int64_t first = 0, end = 0;
  Candidates found = {};
};

FACEPTOR_INLINE std::vector<Strip> strips_of(const std::vector<PyramidLevel>& levels) {
  constexpr std::int64_t kCells = 6000, kFewest = 8;
  std::vector<Strip> strips;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const auto rows = (levels[i].image.size(1) - 1) / 2 - 4, columns = (levels[i].image.size(2) - 1) / 2 - 4;
    const auto step = std::max(kFewest, kCells / std::max(columns, std::int64_t{1}));
    for (std::int64_t row = 0; row < rows; row += step) strips.push_back({i, row, std::min(row + step, rows)});
  }
  return strips;
}

FACEPTOR_INLINE void search_strip(const MtcnnNets& nets, const PyramidLevel& level, float threshold, Strip& strip) {
  // An output row sees 12 rows of pixels, two further on than the row before.
  const auto top = 2 * strip.first, bottom = std::min(2 * (strip.end + 4) + 2, level.image.size(1));
  const auto found = nets.propose(level.image.slice(1, top, bottom).unsqueeze(0), threshold);
  for (std::size_t i = 0; i < found.cells.size(); ++i) {
    const auto x = static_cast<float>(found.cells[i] % found.columns), y = static_cast<float>(strip.first + found.cells[i] / found.columns);
    const auto edge = [&](float place, float add) { return std::floor((2 * place + add) / level.scale); };
    const float* offsets = found.offsets.const_data_ptr<float>() + 4 * i;
    strip.found.push_back(
        {edge(x, 1), edge(y, 1), edge(x, 12), edge(y, 12), found.scores[i], {offsets[0], offsets[1], offsets[2], offsets[3]}});
  }
}

/// P-Net over the pyramid.
FACEPTOR_INLINE Candidates proposals(const MtcnnNets& nets, const std::vector<PyramidLevel>& levels, float threshold) {
  auto strips = strips_of(levels);
  at::parallel_for(0, static_cast<std::int64_t>(strips.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    const torch::InferenceMode inference;
    for (auto i = begin; i < end; ++i) {
      auto& strip = strips[static_cast<std::size_t>(i)];
      search_strip(nets, levels[strip.level], threshold, strip);
    }
  });
  Candidates all;
  for (std::size_t level = 0; level < levels.size(); ++level) {
    Candidates of_level;
    for (const auto& strip : strips) {
      if (strip.level == level) of_level.insert(of_level.end(), strip.found.begin(), strip.found.end());
    }
    const auto kept = suppressed(of_level, 0.5, Overlap::of_union);
    all.insert(all.end(), kept.begin(), kept.end());
  }
  auto kept = suppressed(all, 0.7, Overlap::of_union);
  for (auto& face : kept) {
    move_edges(face, 0);
    make_square(face);
  }
  return kept;
}

/// Cuts candidates out of the turned photo. Those that lie beside it are dropped.
FACEPTOR_INLINE torch::Tensor crops_of(const Image& photo, const QuarterTurns& turn, Candidates& faces, int side) {
  struct Part {
    int x0, y0, x1, y1;
  };
  std::vector<Part> parts;
  Candidates inside;
  for (const auto& face : faces) {
    // The reference counts pixels from 1, the last one included.
    const int x0 = std::max(1, static_cast<int>(face.x0)) - 1, y0 = std::max(1, static_cast<int>(face.y0)) - 1;
    const int x1 = std::min(turn.turned.width, static_cast<int>(face.x1)), y1 = std::min(turn.turned.height, static_cast<int>(face.y1));
    if (x1 <= x0 || y1 <= y0) continue;
    inside.push_back(face);
    const auto own = turn.back(Box{static_cast<float>(x0), static_cast<float>(y0), static_cast<float>(x1 - 1), static_cast<float>(y1 - 1)});
    parts.push_back({static_cast<int>(own.x0), static_cast<int>(own.y0), static_cast<int>(own.x1) + 1, static_cast<int>(own.y1) + 1});
  }
  faces = std::move(inside);
  auto crops = torch::empty({static_cast<std::int64_t>(faces.size()), 3, side, side});
  float* planes = crops.data_ptr<float>();
  at::parallel_for(0, static_cast<std::int64_t>(faces.size()), 8, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto& part = parts[static_cast<std::size_t>(i)];
      area_resample(pixels_of(photo, part.x0, part.y0, part.x1, part.y1), side, side, planes + i * 3 * side * side);
    }
  });
  normalize(crops);
  return turn.turns == 0 ? crops : torch::rot90(crops, turn.turns, {2, 3});
}

/// A network over crops, some at a time.
template <class Run>
MtcnnNets::Found in_parts(const torch::Tensor& crops, const Run& run) {
  constexpr std::int64_t kPart = 32;
  const auto parts = (crops.size(0) + kPart - 1) / kPart;
  std::vector<MtcnnNets::Found> found(static_cast<std::size_t>(parts));
  at::parallel_for(0, parts, 1, [&](std::int64_t begin, std::int64_t end) {
    const torch::InferenceMode inference;
    for (auto i = begin; i < end; ++i) {
      found[static_cast<std::size_t>(i)] = run(crops.slice(0, i * kPart, std::min((i + 1) * kPart, crops.size(0))));
    }
  });
  const auto joined = [&](torch::Tensor MtcnnNets::Found::*member) {
    std::vector<torch::Tensor> tensors;
    for (const auto& part : found) {
      if ((part.*member).defined()) tensors.push_back(part.*member);
    }
    return tensors.empty() ? torch::Tensor() : torch::cat(tensors).contiguous();
  };
  return {joined(&MtcnnNets::Found::offsets), joined(&MtcnnNets::Found::scores), joined(&MtcnnNets::Found::points)};
}

/// The candidates that a network is sure of, with its scores, offsets and points.
FACEPTOR_INLINE Candidates sure_ones(const Candidates& faces, const MtcnnNets::Found& found, float threshold) {
  const auto scores = found.scores.accessor<float, 2>(), offsets = found.offsets.accessor<float, 2>();
  Candidates sure;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    if (!(scores[row][1] > threshold)) continue;
    auto face = faces[i];
    face.score = scores[row][1];
    for (std::size_t k = 0; k < 4; ++k) face.offsets[k] = offsets[row][static_cast<std::int64_t>(k)];
    if (found.points.defined()) {
      const auto points = found.points.accessor<float, 2>();
      const float wide = face.x1 - face.x0 + 1, high = face.y1 - face.y0 + 1;
      for (std::size_t k = 0; k < 5; ++k) {
        const auto column = static_cast<std::int64_t>(k);
        face.points[k] = {wide * points[row][column] + face.x0 - 1, high * points[row][column + 5] + face.y0 - 1};
      }
    }
    sure.push_back(face);
  }
  return sure;
}

/// The faces of the turned photo, the largest first.
FACEPTOR_INLINE Candidates faces_of(const MtcnnNets& nets, const Image& photo, const QuarterTurns& turn,
                                    const std::vector<PyramidLevel>& levels, const std::array<float, 3>& thresholds) {
  auto faces = proposals(nets, levels, thresholds[0]);
  auto crops = crops_of(photo, turn, faces, 24);
  if (faces.empty()) return {};
  faces = sure_ones(faces, in_parts(crops, [&](const torch::Tensor& part) { return nets.refine(part); }), thresholds[1]);
  faces = suppressed(faces, 0.7, Overlap::of_union);
  for (auto& face : faces) {
    move_edges(face, 1);
    make_square(face);
  }
  crops = crops_of(photo, turn, faces, 48);
  if (faces.empty()) return {};
  faces = sure_ones(faces, in_parts(crops, [&](const torch::Tensor& part) { return nets.finish(part); }), thresholds[2]);
  for (auto& face : faces) move_edges(face, 1);
  faces = suppressed(faces, 0.7, Overlap::of_smaller);
  std::stable_sort(faces.begin(), faces.end(),
                   [](const Candidate& a, const Candidate& b) { return (a.x1 - a.x0) * (a.y1 - a.y0) > (b.x1 - b.x0) * (b.y1 - b.y0); });
  return faces;
}

FACEPTOR_INLINE Detection detection_of(const Candidate& face, const QuarterTurns& turn) {
  Detection found{turn.back(Box{face.x0, face.y0, face.x1, face.y1}), face.score, face.points};
  for (auto& point : *found.points) point = turn.back(point);
  found.view_box = box_from_five_points(*found.points);
  found.quarter_turns = turn.turns;
  return found;
}

/// Adds the faces of one turn. Of faces that were found at several turns, which overlap, the surest stays.
FACEPTOR_INLINE void add_turned(std::vector<Detection>& faces, const std::vector<Detection>& turned) {
  constexpr float kSameFace = 0.3F;
  for (const auto& face : turned) {
    const auto same = [&](const Detection& other) { return intersection_over_union(face.box, other.box) > kSameFace; };
    if (std::any_of(faces.begin(), faces.end(), [&](const auto& other) { return same(other) && other.score >= face.score; })) continue;
    std::erase_if(faces, same);
    faces.push_back(face);
  }
}

/// By how many quarter turns the photo lies wrong, 0 for an upright one: MTCNN finds more than half of the faces that stand on their heads,
/// and some that lie sideways, as if they were upright, but each of them is surer of itself the right way round.
FACEPTOR_INLINE int right_way_round(const MtcnnNets& nets, const Image& photo, const std::vector<Detection>& faces) {
  const Size size{photo.width(), photo.height()};
  const auto scores = [&](int turns) {
    const QuarterTurns turn(turns, size);
    const auto there = quarter_turn_matrix(size, turns);
    Candidates candidates;
    for (const auto& face : faces) {
      const auto box = Box::around(transformed(there, std::array{Point{face.box.x0, face.box.y0}, Point{face.box.x1, face.box.y1}}));
      Candidate candidate{box.x0, box.y0, box.x1, box.y1};
      make_square(candidate);
      candidates.push_back(candidate);
    }
    const auto crops = crops_of(photo, turn, candidates, 48);
    return in_parts(crops, [&](const torch::Tensor& part) { return nets.finish(part); }).scores;
  };
  const auto as_found = scores(0);
  if (!as_found.defined()) return 0;
  const auto doubts_as_found = as_found.select(1, 0);
  constexpr float kSurer = 2;
  int best = 0;
  float least = 0;  // of the doubts of its least sure face
  for (const int turns : {2, 1, 3}) {
    const auto turned = scores(turns);
    if (!turned.defined() || as_found.size(0) != turned.size(0)) continue;
    const auto doubts = turned.select(1, 0);
    if (!(doubts * kSurer < doubts_as_found).all().item<bool>()) continue;
    const auto most = doubts.max().item<float>();
    if (best == 0 || most < least) best = turns, least = most;
  }
  return best;
}

/// Where a face is that was nearby a frame ago: O-Net about its last box, and once more about what that finds.
FACEPTOR_INLINE std::optional<Detection> followed(const MtcnnNets& nets, const Image& photo, const Detection& face, float threshold) {
  const QuarterTurns turn(face.quarter_turns, {photo.width(), photo.height()});
  const auto there = quarter_turn_matrix({photo.width(), photo.height()}, face.quarter_turns);
  const auto box = Box::around(transformed(there, std::array{Point{face.box.x0, face.box.y0}, Point{face.box.x1, face.box.y1}}));
  Candidates faces{{box.x0, box.y0, box.x1, box.y1}};
  for (int round = 0; round < 2 && !faces.empty(); ++round) {
    make_square(faces.front());
    const auto crops = crops_of(photo, turn, faces, 48);
    if (faces.empty()) break;
    faces = sure_ones(faces, nets.finish(crops), threshold);
    for (auto& found : faces) move_edges(found, 1);
  }
  if (faces.empty()) return std::nullopt;
  return detection_of(faces.front(), turn);
}

FACEPTOR_INLINE void check_mtcnn_options(const MtcnnOptions& options) {
  const auto refuse = [](const char* what, const char* expected, double found) {
    throw Error(ErrorCode::argument, std::string("detect: ") + what).expected(expected).found(fmt::format("{}", found));
  };
  if (!(options.min_face >= 12 && options.min_face <= 1e6F)) {
    refuse("the smallest face is out of range", "12 pixels or more", static_cast<double>(options.min_face));
  }
  if (!(options.factor >= 0.1 && options.factor <= 0.95)) {
    refuse("the factor between sizes is out of range", "0.1 to 0.95", options.factor);
  }
  for (const float threshold : options.thresholds) {
    if (!(threshold >= 0 && threshold <= 1)) refuse("a threshold is out of range", "0 to 1", static_cast<double>(threshold));
  }
}

}  // namespace detectors::detail

struct MtcnnDetector::Impl {
  Impl(MtcnnOptions chosen, const detectors::MtcnnWeights& weights)
      : options(std::move(chosen)), nets(weights.tensors), licence(weights.licence), source(weights.source) {}

  std::vector<Detection> search(const Image& photo) const;

  MtcnnOptions options;
  detectors::MtcnnNets nets;
  std::string licence, source;
};

FACEPTOR_INLINE MtcnnDetector::MtcnnDetector(MtcnnOptions options) {
  detectors::detail::check_mtcnn_options(options);
  const auto weights = options.weights.empty() ? detectors::MtcnnWeights::bundled() : detectors::MtcnnWeights::read(options.weights);
  impl_ = std::make_unique<const Impl>(std::move(options), weights);
}

FACEPTOR_INLINE MtcnnDetector::~MtcnnDetector() = default;
FACEPTOR_INLINE MtcnnDetector::MtcnnDetector(MtcnnDetector&&) noexcept = default;
FACEPTOR_INLINE MtcnnDetector& MtcnnDetector::operator=(MtcnnDetector&&) noexcept = default;

FACEPTOR_INLINE const std::string& MtcnnDetector::licence() const { return impl_->licence; }
FACEPTOR_INLINE const std::string& MtcnnDetector::source() const { return impl_->source; }

FACEPTOR_INLINE std::vector<Detection> MtcnnDetector::detect(const Image& photo) const {
  if (photo.empty()) return {};
  return guarded("detect: running MTCNN", [&] { return impl_->search(photo); });
}

FACEPTOR_INLINE std::vector<std::optional<Detection>> MtcnnDetector::follow(const Image& photo, std::span<const Detection> faces) const {
  return guarded("detect: running MTCNN", [&] {
    const torch::InferenceMode inference;
    std::vector<std::optional<Detection>> found;
    for (const auto& face : faces) {
      found.push_back(photo.empty() || !face.box.valid()
                          ? std::nullopt
                          : detectors::detail::followed(impl_->nets, photo, face, impl_->options.thresholds[2]));
    }
    return found;
  });
}

FACEPTOR_INLINE std::vector<Detection> MtcnnDetector::Impl::search(const Image& photo) const {
  const torch::InferenceMode inference;
  const auto upright = detectors::detail::pyramid_of(photo, options);
  const auto found_at = [&](int turns) {
    auto levels = upright;
    for (auto& level : levels) {
      if (turns > 0) level.image = torch::rot90(level.image, turns, {1, 2});
    }
    const detectors::detail::QuarterTurns turn{turns, {photo.width(), photo.height()}};
    std::vector<Detection> found;
    for (const auto& face : detectors::detail::faces_of(nets, photo, turn, levels, options.thresholds)) {
      found.push_back(detectors::detail::detection_of(face, turn));
    }
    return found;
  };
  auto faces = found_at(0);
  if (options.upright_only) return faces;
  if (!faces.empty()) {
    const int turns = detectors::detail::right_way_round(nets, photo, faces);
    if (turns == 0) return faces;
    auto turned = found_at(turns);
    return turned.empty() ? faces : turned;
  }
  for (int turns = 1; turns < 4; ++turns) detectors::detail::add_turned(faces, found_at(turns));
  std::stable_sort(faces.begin(), faces.end(), [](const Detection& a, const Detection& b) { return a.box.area() > b.box.area(); });
  return faces;
}

}  // namespace faceptor

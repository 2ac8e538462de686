#pragma once

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/parallel.hpp>
#include <faceptor/gallery/gallery.hpp>

namespace faceptor {
namespace gallery::detail {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixView = Eigen::Map<const Matrix>;

inline constexpr const char* kFormatKey = "faceptor.gallery";

FACEPTOR_INLINE MatrixView as_matrix(std::span<const float> values, std::size_t dimension) {
  return {values.data(), static_cast<Eigen::Index>(values.size() / dimension), static_cast<Eigen::Index>(dimension)};
}

FACEPTOR_INLINE std::string line_of(const GalleryFace& face) {
  const nlohmann::ordered_json json = {
      {"photo", face.photo}, {"person", face.person}, {"box", {face.box.x0, face.box.y0, face.box.x1, face.box.y1}}, {"hash", face.hash}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

FACEPTOR_INLINE Error not_a_gallery(std::string_view why) {
  return Error(ErrorCode::format, fmt::format("gallery: the file is none: {}", why));
}

/// Galleries are kept as weights are, and that reader speaks of weights, of which whoever names a gallery knows nothing.
FACEPTOR_INLINE files::SafetensorsFile file_of(const std::filesystem::path& path) {
  try {
    return files::SafetensorsFile::open(path);
  } catch (const Error& e) {
    const bool unread = e.code() == ErrorCode::io;
    throw Error(e.code(), unread ? "gallery: the file can't be read" : "gallery: the file is none, or is damaged")
        .where(path.string())
        .found(unread ? e.found() : e.summary().substr(e.summary().find(": ") + 2))
        .hint(unread ? "" : "`faceptor enroll` writes galleries");
  }
}

}  // namespace gallery::detail

FACEPTOR_INLINE Gallery::Gallery(std::string model, std::size_t dimension) : model_(std::move(model)), dimension_(dimension) {
  if (dimension == 0) throw Error(ErrorCode::argument, "gallery: embeddings have at least one number");
}

FACEPTOR_INLINE Gallery Gallery::open(const std::filesystem::path& path) {
  using gallery::detail::not_a_gallery;
  const auto file = gallery::detail::file_of(path);
  try {
    const auto& metadata = file.metadata();
    const auto format = metadata.find(gallery::detail::kFormatKey);
    if (format == metadata.end()) throw not_a_gallery("it doesn't say that it is one").hint("`faceptor enroll` writes galleries");
    if (format->second != "1") throw not_a_gallery("it is of a later version of this library").found(format->second);
    for (const char* name : {"vectors", "faces", "lines"}) {
      if (!file.contains(name)) throw not_a_gallery(fmt::format("it has no \"{}\"", name));
    }
    const auto& vectors = file.at("vectors");
    if (vectors.shape.size() != 2 || vectors.shape[1] == 0) throw not_a_gallery("\"vectors\" is no table").expected("N x D");
    const auto model = metadata.find("model");
    Gallery opened(model == metadata.end() ? "" : model->second, static_cast<std::size_t>(vectors.shape[1]));
    opened.notes_ = metadata;
    opened.notes_.erase("model");
    opened.notes_.erase(gallery::detail::kFormatKey);
    opened.file_ = file.owner();
    opened.mapped_ = vectors.as<float>();
    opened.text_ = file.at("faces").as<std::uint8_t>();
    opened.lines_ = file.at("lines").as<std::int64_t>();
    const auto& lines = opened.lines_;
    if (lines.size() != opened.mapped_size() + 1 || lines.front() != 0 || lines.back() != static_cast<std::int64_t>(opened.text_.size()) ||
        !std::is_sorted(lines.begin(), lines.end())) {
      throw not_a_gallery("its faces and its embeddings don't go together");
    }
    return opened;
  } catch (Error& e) {
    if (e.where().empty()) throw std::move(e).where(path.string());
    throw;
  }
}

FACEPTOR_INLINE GalleryFace Gallery::face(std::size_t place) const {
  if (place >= size()) {
    throw Error(ErrorCode::argument, "gallery: there is no such face")
        .expected(fmt::format("0 to {}", size()))
        .found(std::to_string(place));
  }
  if (place >= mapped_size()) return added_[place - mapped_size()];
  const auto begin = static_cast<std::size_t>(lines_[place]), end = static_cast<std::size_t>(lines_[place + 1]);
  try {
    const auto json =
        nlohmann::json::parse(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.begin() + static_cast<std::ptrdiff_t>(end));
    const auto box = json.at("box").get<std::array<float, 4>>();
    return {json.at("photo").get<std::string>(),
            json.at("person").get<std::string>(),
            {box[0], box[1], box[2], box[3]},
            json.at("hash").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::format, "gallery: what it says of a face can't be read").where(fmt::format("face {}", place));
  }
}

FACEPTOR_INLINE std::span<const float> Gallery::vector(std::size_t place) const {
  return place < mapped_size() ? mapped_.subspan(place * dimension_, dimension_)
                               : std::span(added_vectors_).subspan((place - mapped_size()) * dimension_, dimension_);
}

FACEPTOR_INLINE void Gallery::check(const results::Embedding& embedding) const {
  if (embedding.model != model_) {
    throw Error(ErrorCode::mismatch, "gallery: its embeddings are of another model")
        .expected("\"" + model_ + "\"")
        .found("\"" + embedding.model + "\"")
        .hint("use the weights that it was made with, or make it anew");
  }
  if (embedding.dimension() != dimension_) {
    throw Error(ErrorCode::mismatch, "gallery: its embeddings are of another dimension")
        .expected(std::to_string(dimension_))
        .found(std::to_string(embedding.dimension()));
  }
  embedding.check();
}

FACEPTOR_INLINE void Gallery::add(GalleryFace face, const results::Embedding& embedding) {
  check(embedding);
  added_vectors_.insert(added_vectors_.end(), embedding.values.begin(), embedding.values.end());
  added_.push_back(std::move(face));
}

FACEPTOR_INLINE std::size_t Gallery::remove(const std::function<bool(const GalleryFace&)>& unwanted) {
  std::vector<GalleryFace> kept;
  std::vector<float> vectors;
  for (std::size_t i = 0; i < size(); ++i) {
    auto one = face(i);
    if (unwanted(one)) continue;
    kept.push_back(std::move(one));
    const auto values = vector(i);
    vectors.insert(vectors.end(), values.begin(), values.end());
  }
  const auto removed = size() - kept.size();
  added_ = std::move(kept);
  added_vectors_ = std::move(vectors);
  file_ = nullptr;
  mapped_ = {};
  text_ = {};
  lines_ = {};
  return removed;
}

FACEPTOR_INLINE std::vector<GalleryMatch> Gallery::search(const results::Embedding& embedding, std::size_t top, int threads) const {
  check(embedding);
  const Eigen::Map<const Eigen::VectorXf> wanted(embedding.values.data(), static_cast<Eigen::Index>(dimension_));
  std::vector<float> scores(size());
  constexpr std::size_t kRows = 8192;
  const auto compare = [&](std::span<const float> vectors, std::span<float> out) {
    parallel_for((out.size() + kRows - 1) / kRows, threads, [&](std::size_t block) {
      const auto first = block * kRows, count = std::min(kRows, out.size() - first);
      const auto rows = gallery::detail::as_matrix(vectors.subspan(first * dimension_, count * dimension_), dimension_);
      Eigen::Map<Eigen::VectorXf>(out.data() + first, static_cast<Eigen::Index>(count)).noalias() = rows * wanted;
    });
  };
  compare(mapped_, std::span(scores).first(mapped_size()));
  compare(added_vectors_, std::span(scores).subspan(mapped_size()));

  const auto wrong = std::find_if(scores.begin(), scores.end(), [](float score) { return !(std::abs(score) < 1.01F); });
  if (wrong != scores.end()) {
    throw Error(ErrorCode::format, "gallery: an embedding is not a unit vector").where(fmt::format("face {}", wrong - scores.begin()));
  }
  std::vector<std::size_t> places(scores.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  const auto found = std::min(top, places.size());
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(found), places.end(),
                    [&](std::size_t a, std::size_t b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
  std::vector<GalleryMatch> matches;
  for (std::size_t i = 0; i < found; ++i) matches.push_back({places[i], std::clamp(scores[places[i]], -1.0F, 1.0F)});
  return matches;
}

FACEPTOR_INLINE std::vector<std::size_t> Gallery::persons(float threshold) const {
  constexpr std::size_t kNobody = ~std::size_t{0};
  const auto dimension = static_cast<Eigen::Index>(dimension_);
  std::vector<std::size_t> person(size(), kNobody);
  gallery::detail::Matrix means(0, dimension);  // of length 1
  for (int round = 0; round < 10; ++round) {
    const auto before = person;
    // The first time faces find persons as they come; from then on the means stay as they were at the round's beginning.
    gallery::detail::Matrix sums = gallery::detail::Matrix::Zero(means.rows(), dimension);
    auto known = means.rows();
    const auto grow = [](gallery::detail::Matrix& matrix, Eigen::Index rows) {
      if (rows > matrix.rows())
        matrix.conservativeResizeLike(gallery::detail::Matrix::Zero(std::max<Eigen::Index>(16, 2 * rows), matrix.cols()));
    };
    for (std::size_t i = 0; i < size(); ++i) {
      const auto values = vector(i);
      const Eigen::Map<const Eigen::RowVectorXf> row(values.data(), dimension);
      Eigen::Index best = -1;
      if (known > 0) {
        const Eigen::VectorXf similar = means.topRows(known) * row.transpose();
        if (similar.maxCoeff(&best) < threshold) best = -1;
      }
      if (best < 0) {
        best = known++;
        grow(means, known);
        grow(sums, known);
        means.row(best) = row;
      }
      person[i] = static_cast<std::size_t>(best);
      grow(sums, known);
      sums.row(best) += row;
      if (round == 0) means.row(best) = sums.row(best) / std::max(sums.row(best).norm(), 1e-12F);
    }
    means = sums.topRows(known);
    for (Eigen::Index i = 0; i < known; ++i) means.row(i) /= std::max(means.row(i).norm(), 1e-12F);
    if (person == before) break;
  }
  // Numbered by how many faces they have.
  std::vector<std::size_t> count;
  for (const auto number : person) {
    if (number >= count.size()) count.resize(number + 1);
    ++count[number];
  }
  std::vector<std::size_t> order(count.size()), rank(count.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  for (auto& number : person) number = rank[number];
  return person;
}

FACEPTOR_INLINE void Gallery::save(const std::filesystem::path& path) const {
  std::vector<float> vectors;
  if (!added_.empty() && !mapped_.empty()) {  // in one piece
    vectors.reserve(size() * dimension_);
    vectors.assign(mapped_.begin(), mapped_.end());
    vectors.insert(vectors.end(), added_vectors_.begin(), added_vectors_.end());
  }
  const auto all = !vectors.empty() ? std::span<const float>(vectors) : added_.empty() ? mapped_ : std::span<const float>(added_vectors_);
  std::string text(reinterpret_cast<const char*>(text_.data()), text_.size());
  std::vector<std::int64_t> lines(lines_.begin(), lines_.end());
  if (lines.empty()) lines.push_back(0);
  for (const auto& one : added_) {
    text += gallery::detail::line_of(one);
    lines.push_back(static_cast<std::int64_t>(text.size()));
  }
  const std::array<std::int64_t, 2> table{static_cast<std::int64_t>(size()), static_cast<std::int64_t>(dimension_)};
  const std::array<std::int64_t, 1> bytes{static_cast<std::int64_t>(text.size())}, places{static_cast<std::int64_t>(lines.size())};
  const std::array<files::TensorView, 3> tensors{{{"vectors", files::DType::f32, table, std::as_bytes(all)},
                                                  {"faces", files::DType::u8, bytes, std::as_bytes(std::span(text))},
                                                  {"lines", files::DType::i64, places, std::as_bytes(std::span(lines))}}};
  auto metadata = notes_;
  metadata["model"] = model_;
  metadata[gallery::detail::kFormatKey] = "1";
  files::write_safetensors(path, tensors, metadata);
}

}  // namespace faceptor

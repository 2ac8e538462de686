#include <cmath>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <faceptor/datasets/aflw19.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/mat5.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/results/landmarks.hpp>

namespace faceptor::datasets {
namespace {

inline constexpr std::size_t kAflwPoints = 19;
inline constexpr std::size_t kAflwFaces = 24386, kAflwTrain = 20000;

/// AFLWinfo_release.mat, its variables' shapes checked.
class Aflw19Table {
 public:
  explicit Aflw19Table(const std::filesystem::path& path)
      : file_(path.string()), arrays_(read_mat5(path, {.names = {"bbox", "data", "mask_new", "nameList", "ra"}})) {
    data_ = &matrix("data", 2 * kAflwPoints);
    faces_ = static_cast<std::size_t>(data_->rows());
    box_ = &matrix("bbox", 4);
    mask_ = &matrix("mask_new", kAflwPoints);
    names_ = &variable("nameList", MatKind::cells);
    order_ = &variable("ra", MatKind::numbers);
    expect_faces(box_->rows(), "bbox");
    expect_faces(mask_->rows(), "mask_new");
    expect_faces(static_cast<std::int64_t>(names_->cells.size()), "nameList");
    expect_faces(static_cast<std::int64_t>(order_->numbers.size()), "ra");
  }

  std::size_t faces() const { return faces_; }

  /// The rows in the order of `ra`, from 0.
  std::vector<std::size_t> order() const {
    std::vector<bool> seen(faces_);
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < faces_; ++i) {
      const auto number = order_->numbers[i];
      if (!(number >= 1 && number <= static_cast<double>(faces_)) || number != std::floor(number)) {
        throw error("an order names a face that is not there", "ra", i)
            .expected(fmt::format("1 to {}", faces_))
            .found(fmt::format("{}", number));
      }
      const auto row = static_cast<std::size_t>(number) - 1;
      if (seen[row]) throw error("an order names a face twice", "ra", i).found(fmt::format("{}", number));
      seen[row] = true;
      rows.push_back(row);
    }
    return rows;
  }

  AnnotatedPicture face(std::size_t row, const LabelPaths& paths) const {
    AnnotatedPicture out;
    auto& face = out.annotation;
    const auto& name = names_->cells[row];
    if (name.kind != MatKind::text) throw error("a picture's name is no text", "nameList", row);
    if (name.text.find('\0') != std::string::npos) throw error("a picture's name holds a NUL", "nameList", row);
    face.name = paths.below_root(name.text, {file_, row + 1, "row"}, "nameList");
    Box box{value(*box_, row, 0), value(*box_, row, 2), value(*box_, row, 1), value(*box_, row, 3)};
    if (!box.valid()) {
      throw error("a face's box has no area", "bbox", row)
          .expected("left < right and top < bottom")
          .found(fmt::format("{} {} {} {}", box.x0, box.x1, box.y0, box.y1));
    }
    face.box = box;
    LandmarkLabels label;
    for (std::size_t i = 0; i < kAflwPoints; ++i) {
      label.points.push_back({value(*data_, row, i), value(*data_, row, kAflwPoints + i)});
      const auto mark = mask_->number(static_cast<std::int64_t>(row), static_cast<std::int64_t>(i));
      if (mark != 0 && mark != 1)
        throw error("a mark of a point is no yes or no", "mask_new", row).expected("0 or 1").found(fmt::format("{}", mark));
      label.visible.push_back(mark == 1 ? 1 : 0);
    }
    face.points = results::five_points(results::landmark_scheme("19"), label.points);
    face.columns = {{"row", std::to_string(row + 1)}, {"frontal", frontal(row) ? "1" : "0"}};
    face.label = std::move(label);
    return out;
  }

  /// Whether all points are seen.
  bool frontal(std::size_t row) const {
    for (std::size_t i = 0; i < kAflwPoints; ++i) {
      if (mask_->number(static_cast<std::int64_t>(row), static_cast<std::int64_t>(i)) != 1) return false;
    }
    return true;
  }

 private:
  Error error(std::string_view what, std::string_view variable, std::size_t row) const {
    return LinePlace{file_, row + 1, "row"}.error(what, variable);
  }

  const MatArray& variable(std::string_view name, MatKind kind) const {
    const auto& array = mat_array(arrays_, name, file_);
    if (array.kind != kind) {
      throw Error(ErrorCode::format, "data: a variable is of another kind than it should be")
          .where(fmt::format("{}, {}", file_, name))
          .expected(kind == MatKind::cells ? "cells" : "numbers");
    }
    return array;
  }

  const MatArray& matrix(std::string_view name, std::size_t columns) const {
    const auto& array = variable(name, MatKind::numbers);
    if (array.shape.size() != 2 || array.columns() != static_cast<std::int64_t>(columns)) {
      throw Error(ErrorCode::format, "data: a variable has another shape than it should have")
          .where(fmt::format("{}, {}", file_, name))
          .expected(fmt::format("{} columns", columns))
          .found(fmt::format("{} x {}", array.rows(), array.columns()));
    }
    return array;
  }

  void expect_faces(std::int64_t found, std::string_view name) const {
    if (found == static_cast<std::int64_t>(faces_)) return;
    throw Error(ErrorCode::format, "data: a variable has another number of faces than `data`")
        .where(fmt::format("{}, {}", file_, name))
        .expected(std::to_string(faces_))
        .found(std::to_string(found));
  }

  float value(const MatArray& array, std::size_t row, std::size_t column) const {
    const auto number = array.number(static_cast<std::int64_t>(row), static_cast<std::int64_t>(column));
    if (!(std::abs(number) <= 1e7)) {
      throw error("a coordinate is out of range", array.name, row).expected("-1e7 to 1e7 pixels").found(fmt::format("{}", number));
    }
    return static_cast<float>(number);
  }

  std::string file_;
  std::vector<MatArray> arrays_;
  const MatArray* box_ = nullptr;
  const MatArray* data_ = nullptr;
  const MatArray* mask_ = nullptr;
  const MatArray* names_ = nullptr;
  const MatArray* order_ = nullptr;
  std::size_t faces_ = 0;
};

/// How many faces train.
std::size_t aflw_train_count(const DatasetOptions& options, std::size_t faces) {
  const auto given = options.settings.find("train_count");
  if (given == options.settings.end()) return faces > kAflwTrain ? kAflwTrain : faces * kAflwTrain / kAflwFaces;
  const auto count = parse_integer(given->second);
  if (!count || *count < 0 || *count > static_cast<std::int64_t>(faces)) {
    throw Error(ErrorCode::argument, "data: the setting \"train_count\" is no number of faces of this set")
        .expected(fmt::format("0 to {}", faces))
        .found(fmt::format("\"{}\"", given->second));
  }
  return static_cast<std::size_t>(*count);
}

}  // namespace

std::unique_ptr<Dataset> open_aflw19(const std::filesystem::path& root, const DatasetOptions& options) {
  static const std::string kSplits[] = {"train", "test", "test_frontal"}, kSettings[] = {"train_count"};
  const auto split = detail::chosen_split(options, "aflw19", kSplits);
  detail::check_settings(options, "aflw19", kSettings);
  const Aflw19Table table(detail::label_file(root, options, "AFLWinfo_release.mat"));
  const LabelPaths paths(root, options, "data/flickr");
  const auto order = table.order();
  const auto train = aflw_train_count(options, table.faces());
  std::vector<AnnotatedPicture> faces;
  std::unordered_map<std::string, std::size_t> of_picture;
  for (std::size_t i = split == "train" ? 0 : train; i < (split == "train" ? train : order.size()); ++i) {
    if (split == "test_frontal" && !table.frontal(order[i])) continue;
    auto& face = faces.emplace_back(table.face(order[i], paths));
    face.picture = face.annotation.name;
    if (const auto number = ++of_picture[face.picture]; number > 1) face.annotation.name += fmt::format("#{}", number);
  }
  DatasetInfo info;
  info.format = "aflw19";
  info.split = split;
  info.root = root;
  info.kind = LabelKind::landmarks;
  info.classes = kAflwPoints;
  info.scheme = "19";
  return std::make_unique<AnnotatedPictures>(std::move(info), std::move(faces), upright_reading());
}

void write_aflw19(const std::filesystem::path& root, std::span<const Aflw19Face> faces) {
  const auto count = faces.size();
  std::vector<double> box(4 * count), data(2 * kAflwPoints * count), mask(kAflwPoints * count), order(count);
  std::vector<MatArray> names;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& face = faces[i];
    if (face.points.size() != kAflwPoints || face.visible.size() != kAflwPoints) {
      throw Error(ErrorCode::argument, "data: a face of AFLW-19 has another number of points or marks")
          .where(fmt::format("face {}", i))
          .expected("19")
          .found(fmt::format("{} points, {} marks", face.points.size(), face.visible.size()));
    }
    const float edges[] = {face.box.x0, face.box.x1, face.box.y0, face.box.y1};
    for (std::size_t k = 0; k < 4; ++k) box[k * count + i] = edges[k];
    for (std::size_t k = 0; k < kAflwPoints; ++k) {
      data[k * count + i] = face.points[k].x;
      data[(kAflwPoints + k) * count + i] = face.points[k].y;
      mask[k * count + i] = face.visible[k] != 0 ? 1 : 0;
    }
    order[i] = static_cast<double>(i + 1);
    names.push_back(mat_text(face.picture));
  }
  const auto rows = static_cast<std::int64_t>(count);
  const std::vector<MatArray> arrays = {mat_numbers("bbox", rows, 4, std::move(box)),
                                        mat_numbers("data", rows, 2 * kAflwPoints, std::move(data)),
                                        mat_numbers("mask_new", rows, kAflwPoints, std::move(mask)),
                                        mat_cells("nameList", std::move(names)), mat_numbers("ra", 1, rows, std::move(order))};
  write_mat5(root / "AFLWinfo_release.mat", arrays);
}

}  // namespace faceptor::datasets

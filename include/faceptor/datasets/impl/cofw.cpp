#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <faceptor/datasets/cofw.hpp>
#include <faceptor/datasets/hdf5.hpp>
#include <faceptor/datasets/impl/hdf5_writer.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/results/landmarks.hpp>

namespace faceptor::datasets {
namespace {

inline constexpr std::size_t kCofwPoints = 29;
/// 65,000 faces, the most that are written, take 45 MB.
inline constexpr std::uint64_t kCofwMostTableBytes = std::uint64_t{64} << 20;

class Cofw final : public Dataset {
 public:
  Cofw(const std::filesystem::path& root, const std::string& split, const std::filesystem::path& file)
      : name_(file.string()), suffix_(split == "train" ? "Tr" : "T"), file_(Hdf5File::open(file)) {
    info_.format = "cofw";
    info_.split = split;
    info_.root = root;
    info_.kind = LabelKind::landmarks;
    info_.classes = kCofwPoints;
    info_.scheme = "29";
    const auto cells = file_.dataset("Is" + suffix_), shapes = file_.dataset("phis" + suffix_);
    // MATLAB's n x 87, its sides in reverse.
    if (shapes.shape.size() != 2 || shapes.shape[0] != 3 * kCofwPoints) {
      throw Error(ErrorCode::format, "data: the points of COFW have another shape")
          .where(fmt::format("{}, {}", name_, shapes.name))
          .expected("87 columns: 29 x, 29 y, 29 marks")
          .found(shapes.shape.size() == 2 ? fmt::format("{}", shapes.shape[0]) : fmt::format("{} sides", shapes.shape.size()));
    }
    const auto faces = shapes.shape[1];
    if (cells.count() != faces) {
      throw Error(ErrorCode::format, "data: COFW has another number of pictures than faces")
          .where(fmt::format("{}, {}", name_, cells.name))
          .expected(std::to_string(faces))
          .found(std::to_string(cells.count()));
    }
    pictures_ = file_.references(cells, kCofwMostTableBytes);
    const auto numbers = file_.numbers(shapes, kCofwMostTableBytes);
    for (std::size_t i = 0; i < faces; ++i) annotations_.push_back(annotated(numbers, i));
  }

  const DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return annotations_.size(); }
  Annotation annotation(std::size_t index) const override { return annotations_[index]; }

  Sample read(std::size_t index) const override {
    Sample sample{annotations_[index], {}};
    sample.image = picture(file_.at(pictures_[index], fmt::format("Is{}, row {}", suffix_, index + 1)));
    return sample;
  }

 private:
  Error error(std::string_view what, std::size_t row) const { return LinePlace{name_, row + 1, "row"}.error(what, "phis" + suffix_); }

  Annotation annotated(const std::vector<double>& numbers, std::size_t row) const {
    const auto number = [&](std::size_t column) { return numbers[column * pictures_.size() + row]; };
    Annotation out;
    out.name = std::to_string(row + 1);
    LandmarkLabels label;
    double x0 = HUGE_VAL, y0 = HUGE_VAL, x1 = -HUGE_VAL, y1 = -HUGE_VAL;
    for (std::size_t i = 0; i < kCofwPoints; ++i) {
      const double x = number(i), y = number(kCofwPoints + i), hidden = number(2 * kCofwPoints + i);
      if (!(std::abs(x) <= 1e7 && std::abs(y) <= 1e7)) {
        throw error("a coordinate is out of range", row).expected("-1e7 to 1e7 pixels").found(fmt::format("({}, {})", x, y));
      }
      if (hidden != 0 && hidden != 1)
        throw error("a mark of a point is no yes or no", row).expected("0 or 1").found(fmt::format("{}", hidden));
      label.points.push_back({static_cast<float>(x), static_cast<float>(y)});
      label.visible.push_back(hidden == 0 ? 1 : 0);
      x0 = std::min(x0, std::floor(x)), x1 = std::max(x1, std::ceil(x));
      y0 = std::min(y0, std::floor(y)), y1 = std::max(y1, std::ceil(y));
    }
    const double half = std::max(x1 - x0, y1 - y0) / 2, x = (x0 + x1) / 2, y = (y0 + y1) / 2;
    if (half == 0) throw error("all points of a face are one", row);
    out.box = Box{static_cast<float>(x - half), static_cast<float>(y - half), static_cast<float>(x + half), static_cast<float>(y + half)};
    out.points = results::five_points(results::landmark_scheme("29"), label.points);
    out.label = std::move(label);
    return out;
  }

  /// MATLAB's h x w or h x w x 3, its sides in reverse: channels, columns, rows.
  Image picture(const Hdf5Dataset& stored) const {
    const auto& shape = stored.shape;
    const auto fail = [&](ErrorCode code, std::string_view what) {
      return Error(code, fmt::format("data: {}", what)).where(fmt::format("{}, {}", name_, stored.name));
    };
    if (stored.kind != Hdf5Kind::integer || stored.element_size != 1 || stored.is_signed) {
      throw fail(ErrorCode::format, "a picture of COFW is no array of bytes").expected("uint8");
    }
    const auto channels = shape.size() == 3 ? shape[0] : 1;
    if ((shape.size() != 2 && shape.size() != 3) || (channels != 1 && channels != 3)) {
      throw fail(ErrorCode::format, "a picture of COFW has another shape")
          .expected("h x w or h x w x 3")
          .found(fmt::format("{} sides, {} channels", shape.size(), channels));
    }
    const auto width = shape[shape.size() - 2], height = shape[shape.size() - 1];
    const auto most = static_cast<std::uint64_t>(ReadOptions().max_pixels);
    if (width == 0 || height == 0) throw fail(ErrorCode::format, "a picture of COFW is empty");
    if (width > most || height > most / width) {
      throw fail(ErrorCode::limit, "a picture of COFW has more pixels than the cap")
          .expected(fmt::format("at most {}", most))
          .found(fmt::format("{}x{}", width, height));
    }
    const auto bytes = file_.read(stored, most * 3);
    Image image(static_cast<int>(width), static_cast<int>(height));
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        for (std::uint64_t c = 0; c < 3; ++c) {
          const auto from = ((channels == 1 ? 0 : c) * width + static_cast<std::uint64_t>(x)) * height + static_cast<std::uint64_t>(y);
          image.at(x, y)[c] = std::to_integer<std::uint8_t>(bytes[from]);
        }
      }
    }
    return image;
  }

  std::string name_, suffix_;
  Hdf5File file_;
  DatasetInfo info_;
  std::vector<std::uint64_t> pictures_;
  std::vector<Annotation> annotations_;
};

std::string cofw_split(const DatasetOptions& options) {
  static const std::string kSplits[] = {"train", "test"};
  detail::check_settings(options, "cofw", {});
  return detail::chosen_split(options, "cofw", kSplits);
}

}  // namespace

std::unique_ptr<Dataset> open_cofw(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = cofw_split(options);
  std::error_code status;
  const bool is_file = std::filesystem::is_regular_file(root, status);
  return std::make_unique<Cofw>(root, split, is_file ? root : detail::label_file(root, options, "COFW_" + split + "_color.mat"));
}

CofwWriter::CofwWriter(const std::filesystem::path& root, std::string_view split)
    : file_(root / fmt::format("COFW_{}_color.mat", cofw_split({.split = std::string(split)}))), suffix_(split == "test" ? "T" : "Tr") {
  file_.write(std::string(detail::kHdf5UserBlock + detail::kHdf5Superblock, '\0'));
}

void CofwWriter::add(const Image& image, std::span<const Point> points, std::span<const std::uint8_t> visible, bool grey) {
  constexpr std::size_t kMost = 65'000;
  if (image.empty() || points.size() != kCofwPoints || visible.size() != kCofwPoints || pictures_.size() == kMost) {
    throw Error(ErrorCode::argument, "data: this is no face of COFW")
        .where(fmt::format("face {}", pictures_.size()))
        .expected("a picture, 29 points and 29 marks; 65,000 faces at most")
        .found(fmt::format("{}x{} pixels, {} points, {} marks", image.width(), image.height(), points.size(), visible.size()));
  }
  const auto width = static_cast<std::uint64_t>(image.width()), height = static_cast<std::uint64_t>(image.height());
  std::vector<std::byte> bytes;
  bytes.reserve(width * height * (grey ? 1 : 3));
  for (int c = 0; c < (grey ? 1 : 3); ++c) {
    for (int x = 0; x < image.width(); ++x) {
      for (int y = 0; y < image.height(); ++y) bytes.push_back(std::byte{image.at(x, y)[c]});
    }
  }
  const std::vector<std::uint64_t> shape = grey ? std::vector{width, height} : std::vector{std::uint64_t{3}, width, height};
  pictures_.push_back(detail::put_deflated(file_, bytes, shape, "uint8"));
  for (const auto& point : points) shapes_.push_back(point.x);
  for (const auto& point : points) shapes_.push_back(point.y);
  for (const auto seen : visible) shapes_.push_back(seen != 0 ? 0 : 1);
}

void CofwWriter::finish() {
  const std::uint64_t faces = pictures_.size(), numbers = 3 * kCofwPoints;
  std::vector<double> columns(shapes_.size());
  for (std::size_t i = 0; i < shapes_.size(); ++i) columns[i % numbers * faces + i / numbers] = shapes_[i];
  const std::uint64_t cell_shape[] = {1, faces}, point_shape[] = {numbers, faces};
  const auto table = static_cast<std::uint16_t>(std::max<std::uint64_t>(4, (faces + 1) / 2));
  std::vector<std::pair<std::string, std::uint64_t>> cells;
  for (std::size_t i = 0; i < faces; ++i) cells.emplace_back(fmt::format("{:06}", i), pictures_[i]);
  const std::pair<std::string, std::uint64_t> root[] = {
      {"#refs#", detail::put_group(file_, cells, table).object},
      {"Is" + suffix_,
       detail::put_contiguous(file_, std::as_bytes(std::span(pictures_)), cell_shape, detail::hdf5_reference_type(), "cell")},
      {"phis" + suffix_,
       detail::put_contiguous(file_, std::as_bytes(std::span(columns)), point_shape, detail::hdf5_double_type(), "double")}};
  const auto group = detail::put_group(file_, root, table);
  file_.pad(8);
  const auto beginning = detail::hdf5_beginning(group, file_.position(), table);
  file_.rewrite(0, std::as_bytes(std::span(beginning)));
  file_.commit();
}

}  // namespace faceptor::datasets

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/parallel.hpp>
#include <faceptor/datasets/inspect/check.hpp>
#include <faceptor/datasets/inspect/impl/sheet_tile.hpp>
#include <faceptor/datasets/inspect/sheet.hpp>
#include <faceptor/image/draw.hpp>
#include <faceptor/image/picture_grid.hpp>

namespace faceptor::datasets {
namespace {

inline constexpr Color kSheetText{232, 236, 240}, kSheetQuiet{150, 158, 166}, kSheetFault{240, 96, 84};

/// What a sample's label says, in words; empty where it is drawn.
std::string label_words(const Label& label, const DatasetInfo& info) {
  if (const auto* one = std::get_if<ClassLabel>(&label)) {
    return info.label_names.empty() ? fmt::format("class {}", one->index) : detail::label_name(info, one->index);
  }
  if (const auto* age = std::get_if<AgeLabel>(&label)) return fmt::format("{:g} years", age->years);
  if (const auto* attributes = std::get_if<AttributeLabels>(&label)) {
    std::string words;
    for (std::size_t i = 0; i < attributes->values.size(); ++i) {
      if (attributes->values[i] != 1) continue;
      words += (words.empty() ? "" : ", ") + detail::label_name(info, static_cast<std::int64_t>(i));
    }
    std::replace(words.begin(), words.end(), '_', ' ');
    return words.empty() ? "no attribute" : words;
  }
  if (const auto* values = std::get_if<ValueLabels>(&label)) {
    std::string words;
    for (std::size_t i = 0; i < values->values.size(); ++i) {
      words +=
          fmt::format("{}{} {:.3g}", words.empty() ? "" : ", ", detail::label_name(info, static_cast<std::int64_t>(i)), values->values[i]);
    }
    return words;
  }
  return "";
}

/// The text in lines that are no wider than `width`; the last one allowed ends with dots where there is more.
std::vector<std::string> wrapped(const std::string& words, float size, float width, std::size_t most) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t begin = 0; begin < words.size();) {
    const auto end = std::min(words.find(' ', begin), words.size());
    const auto word = words.substr(begin, end - begin);
    const auto longer = line.empty() ? word : line + " " + word;
    begin = end + 1;
    if (line.empty() || text_width(longer, size) <= width) {
      line = longer;
      continue;
    }
    if (lines.size() + 1 == most) {
      lines.push_back(line + " ...");
      return lines;
    }
    lines.push_back(line);
    line = word;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

/// The end of a long name, which tells more than its beginning.
std::string shortened(std::string name, float size, float width) {
  if (text_width(name, size) <= width) return name;
  while (!name.empty() && text_width(".." + name, size) > width) {
    // Not into the middle of a letter of several bytes.
    do name.erase(0, 1);
    while (!name.empty() && (static_cast<unsigned char>(name[0]) & 0xC0U) == 0x80U);
  }
  return ".." + name;
}

/// The tile of a sample, its words below.
Image sheet_cell(const Dataset& dataset, std::size_t index, const SheetOptions& options, std::size_t word_lines, float font) {
  const float line = font * 1.3F, width = static_cast<float>(options.tile);
  Image cell(options.tile, options.tile + static_cast<int>(line * static_cast<float>(word_lines + 1) + 0.35F * font));
  Canvas canvas(cell);
  canvas.fill(detail::kSheetBackground);
  std::string name;
  std::vector<std::string> words;
  auto color = kSheetText;
  try {
    name = dataset.annotation(index).name;
    const auto sample = dataset.read(index);
    canvas.paste(sample_tile(sample, dataset.info(), options.tile), 0, 0);
    words = wrapped(label_words(sample.label, dataset.info()), font, width, word_lines);
  } catch (const std::exception& e) {
    canvas.frame({0, 0, width - 1, width - 1}, 1, kSheetFault);
    canvas.line({0, 0}, {width - 1, width - 1}, 1, kSheetFault);
    canvas.line({0, width - 1}, {width - 1, 0}, 1, kSheetFault);
    words = wrapped(word_lines > 0 ? e.what() : "", font, width, word_lines);
    color = kSheetFault;
  }
  float baseline = width + line;
  canvas.text({0, baseline}, shortened(name, font * 0.85F, width), font * 0.85F, kSheetQuiet);
  for (const auto& text : words) canvas.text({0, baseline += line}, text, font, color);
  return cell;
}

/// What the colours of a sheet stand for: parsing classes but the background, or soft maps.
std::vector<std::pair<std::string, Color>> legend(const DatasetInfo& info) {
  std::vector<std::pair<std::string, Color>> entries;
  if (info.kind == LabelKind::parsing) {
    const auto colors = detail::sheet_colors(info, 1);
    for (std::size_t i = 1; i < colors.size(); ++i) entries.emplace_back(detail::label_name(info, static_cast<std::int64_t>(i)), colors[i]);
  } else if (info.kind == LabelKind::soft_maps) {
    constexpr std::int64_t kMost = 256;
    for (std::int64_t i = 0; i < std::min(info.classes, kMost); ++i) {
      entries.emplace_back(detail::label_name(info, i), detail::map_color(static_cast<std::size_t>(i)));
    }
  }
  return entries;
}

/// Names beside their colours, in as many lines as they need; nothing is drawn without a canvas. Returns the lines.
int draw_legend(Canvas* canvas, const DatasetInfo& info, float left, float top, float width, float font) {
  float x = left;
  int lines = 1;
  for (const auto& [name, color] : legend(info)) {
    const float needed = font * 1.2F + text_width(name, font) + font;
    if (x + needed > left + width && x > left) {
      x = left;
      ++lines;
    }
    const float baseline = top + font * 1.45F * static_cast<float>(lines);
    if (canvas != nullptr) {
      canvas->rectangle({x, baseline - font * 0.8F, x + font * 0.85F, baseline + font * 0.05F}, color, 2);
      canvas->text({x + font * 1.2F, baseline}, name, font, kSheetText);
    }
    x += needed;
  }
  return lines;
}

}  // namespace

Image dataset_sheet(const Dataset& dataset, const SheetOptions& options) {
  const auto& info = dataset.info();
  constexpr int kLeastTile = 32, kMostTile = 1024;
  if (dataset.size() == 0 || options.columns < 1 || options.rows < 1 || options.tile < kLeastTile || options.tile > kMostTile) {
    throw Error(ErrorCode::argument, "data: no sheet can be made")
        .where(fmt::format("{} {}", info.format, info.split))
        .expected(fmt::format("samples, at least a column and a row, and tiles of {} to {} pixels", kLeastTile, kMostTile))
        .found(fmt::format("{} samples, {} x {}, tiles of {}", dataset.size(), options.columns, options.rows, options.tile));
  }
  const float font = std::max(10.0F, static_cast<float>(options.tile) / 13), title = font * 1.6F;
  // What has no words is drawn.
  const bool long_words = info.kind == LabelKind::attributes || info.kind == LabelKind::values;
  const std::size_t word_lines = long_words ? 3 : info.kind == LabelKind::class_index || info.kind == LabelKind::age ? 1 : 0;
  const auto indices =
      detail::spread_indices(dataset.size(), static_cast<std::size_t>(options.columns) * static_cast<std::size_t>(options.rows));
  const int columns = std::min<int>(options.columns, static_cast<int>(indices.size()));
  const int rows = (static_cast<int>(indices.size()) + columns - 1) / columns;
  std::vector<Image> cells(indices.size());
  parallel_for(indices.size(), options.threads,
               [&](std::size_t i) { cells[i] = sheet_cell(dataset, indices[i], options, word_lines, font); });

  const int gap = std::max(4, options.tile / 16);
  const float left = static_cast<float>(gap), width = static_cast<float>(columns * (options.tile + gap) - gap);
  const bool has_legend = info.kind == LabelKind::parsing || info.kind == LabelKind::soft_maps;
  float top = title * 1.9F;
  if (has_legend) top += font * 1.45F * static_cast<float>(draw_legend(nullptr, info, left, 0, width, font)) + font * 0.4F;
  PictureGrid grid(columns, rows, cells[0].width(), cells[0].height(),
                   {.gap = gap, .top = static_cast<int>(top), .background = detail::kSheetBackground});
  for (std::size_t i = 0; i < cells.size(); ++i) grid.place(i, cells[i]);
  Canvas canvas(grid.sheet());
  const auto heading = fmt::format("{}  {}", info.format, info.split);
  canvas.text({left, title * 1.45F}, heading, title, kSheetText);
  canvas.text({left + text_width(heading, title) + font, title * 1.45F}, fmt::format("{} samples, {}", dataset.size(), info.kind.name()),
              font, kSheetQuiet);
  if (has_legend) draw_legend(&canvas, info, left, title * 1.75F, width, font);
  return grid.sheet();
}

}  // namespace faceptor::datasets

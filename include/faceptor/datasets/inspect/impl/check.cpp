#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <mutex>
#include <numeric>
#include <span>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/parallel.hpp>
#include <faceptor/datasets/inspect/check.hpp>
#include <faceptor/geometry/box.hpp>

namespace faceptor::datasets {
namespace detail {

/// What one thread has to say of one sample; computed beside the other threads.
struct SampleFacts {
  Annotation annotation;
  int width = 0, height = 0;
  std::vector<std::int64_t> pixels;           ///< of parsing: by class
  std::int64_t outside = 0;                   ///< points
  std::vector<std::array<double, 3>> ranges;  ///< of values and soft maps: smallest, mean and largest of each; empty for a faulty label
  std::vector<Finding> findings;
  bool readable = false;
};

/// Whether a point lies on the picture, whose outer pixels' edges belong to it.
bool on_picture(const Point& point, int width, int height) {
  return point.x >= -0.5F && point.y >= -0.5F && point.x <= static_cast<float>(width) - 0.5F &&
         point.y <= static_cast<float>(height) - 0.5F;
}

/// What is wrong with a label by itself; empty if nothing is.
std::string label_fault(const Label& label, const DatasetInfo& info) {
  if (kind_of(label) != info.kind) return fmt::format("a label of the kind {} in a set of {}", kind_of(label).name(), info.kind.name());
  const auto wrong_count = [&](std::size_t count) {
    return info.classes > 0 && static_cast<std::int64_t>(count) != info.classes ? fmt::format("{} of {}", count, info.classes)
                                                                                : std::string();
  };
  if (const auto* one = std::get_if<ClassLabel>(&label)) {
    const bool wrong = one->index < 0 || (info.classes > 0 && one->index >= info.classes);
    return wrong ? fmt::format("class {} of {}", one->index, info.classes) : "";
  }
  if (const auto* age = std::get_if<AgeLabel>(&label)) {
    return std::isfinite(age->years) && age->years >= 0 ? "" : fmt::format("an age of {} years", age->years);
  }
  if (const auto* attributes = std::get_if<AttributeLabels>(&label)) {
    const auto wrong = std::find_if(attributes->values.begin(), attributes->values.end(), [](std::int8_t v) { return v < -1 || v > 1; });
    if (wrong != attributes->values.end()) return fmt::format("attribute {} is {}", wrong - attributes->values.begin(), int{*wrong});
    const auto count = wrong_count(attributes->values.size());
    return count.empty() ? "" : count + " attributes";
  }
  if (const auto* landmarks = std::get_if<LandmarkLabels>(&label)) {
    if (!all_finite(landmarks->points)) return "a point that is no number";
    const auto count = wrong_count(landmarks->points.size());
    return count.empty() ? "" : count + " points";
  }
  if (const auto* values = std::get_if<ValueLabels>(&label)) {
    if (!std::all_of(values->values.begin(), values->values.end(), [](float v) { return std::isfinite(v); }))
      return "a value that is no number";
    const auto count = wrong_count(values->values.size());
    return count.empty() ? "" : count + " values";
  }
  return "";
}

/// The range of each map, and what is wrong with them.
std::string measure_maps(const SoftMapLabels& label, const DatasetInfo& info, SampleFacts& facts) {
  if (label.width != facts.width || label.height != facts.height || label.maps() == 0) {
    return fmt::format("soft maps of {}x{} with {} numbers for a picture of {}x{}", label.width, label.height, label.values.size(),
                       facts.width, facts.height);
  }
  if (info.classes > 0 && label.maps() != info.classes) return fmt::format("{} of {} soft maps", label.maps(), info.classes);
  if (!std::ranges::all_of(label.values, [](float v) { return std::isfinite(v); })) return "a soft map with a value that is no number";
  const auto plane = label.values.size() / static_cast<std::size_t>(label.maps());
  for (std::size_t begin = 0; begin < label.values.size(); begin += plane) {
    const auto map = std::span(label.values).subspan(begin, plane);
    const auto [smallest, largest] = std::ranges::minmax(map);
    facts.ranges.push_back({smallest, std::accumulate(map.begin(), map.end(), 0.0) / static_cast<double>(plane), largest});
  }
  return "";
}

/// The pixels of each class, and what is wrong with them.
std::string count_pixels(const ParsingLabels& label, const DatasetInfo& info, SampleFacts& facts) {
  facts.pixels.assign(256, 0);
  for (const auto value : label.classes.labels) ++facts.pixels[value];
  if (label.classes.width != facts.width || label.classes.height != facts.height) {
    return fmt::format("a mask of {}x{} for a picture of {}x{}", label.classes.width, label.classes.height, facts.width, facts.height);
  }
  for (std::size_t i = 0; info.classes > 0 && i < facts.pixels.size(); ++i) {
    if (facts.pixels[i] > 0 && static_cast<std::int64_t>(i) >= info.classes)
      return fmt::format("class {} of {} in a mask", i, info.classes);
  }
  return "";
}

SampleFacts examine(const Dataset& dataset, std::size_t index, float tiny_face) {
  SampleFacts facts;
  const auto find = [&](FindingKind kind, std::string message) {
    facts.findings.push_back({kind, index, facts.annotation.name, std::move(message)});
  };
  try {
    facts.annotation = dataset.annotation(index);
    auto sample = dataset.read(index);
    facts.width = sample.image.width();
    facts.height = sample.image.height();
    auto fault = label_fault(sample.label, dataset.info());
    if (const auto* parsing = std::get_if<ParsingLabels>(&sample.label); fault.empty() && parsing != nullptr) {
      fault = count_pixels(*parsing, dataset.info(), facts);
    }
    if (auto* maps = std::get_if<SoftMapLabels>(&sample.label); fault.empty() && maps != nullptr) {
      fault = measure_maps(*maps, dataset.info(), facts);
      *maps = {};  // they are large, and all is known of them
    }
    if (const auto* values = std::get_if<ValueLabels>(&sample.label); fault.empty() && values != nullptr) {
      for (const double value : values->values) facts.ranges.push_back({value, value, value});
    }
    facts.annotation = std::move(static_cast<Annotation&>(sample));
    facts.readable = true;
    if (!fault.empty()) find(FindingKind::wrong_label, fault);
  } catch (const std::exception& e) {
    find(FindingKind::unreadable, e.what());
    return facts;
  }
  if (const auto& box = facts.annotation.box) {
    if (!box->valid()) {
      find(FindingKind::invalid_box, fmt::format("the box ({:.1f}, {:.1f}, {:.1f}, {:.1f})", box->x0, box->y0, box->x1, box->y1));
    } else {
      if (!on_picture({box->x0, box->y0}, facts.width, facts.height) || !on_picture({box->x1, box->y1}, facts.width, facts.height)) {
        find(FindingKind::box_outside, fmt::format("the box ({:.1f}, {:.1f}, {:.1f}, {:.1f}) in a picture of {}x{}", box->x0, box->y0,
                                                   box->x1, box->y1, facts.width, facts.height));
      }
      if (std::min(box->width(), box->height()) < tiny_face) {
        find(FindingKind::tiny_face, fmt::format("a box of {:.1f}x{:.1f}", box->width(), box->height()));
      }
    }
  }
  // A point that is no number lies nowhere, and was reported already.
  const auto count_outside = [&](std::span<const Point> points) {
    return std::count_if(points.begin(), points.end(),
                         [&](const Point& p) { return all_finite(std::span(&p, 1)) && !on_picture(p, facts.width, facts.height); });
  };
  const auto* landmarks = std::get_if<LandmarkLabels>(&facts.annotation.label);
  std::size_t all = 0;
  if (landmarks != nullptr) {
    all = landmarks->points.size();
    facts.outside = count_outside(landmarks->points);
  } else if (facts.annotation.points) {
    all = facts.annotation.points->size();
    facts.outside = count_outside(*facts.annotation.points);
  }
  if (facts.outside > 0) {
    find(FindingKind::points_outside, fmt::format("{} of {} points, in a picture of {}x{}", facts.outside, all, facts.width, facts.height));
  }
  return facts;
}

void tally_label(DatasetReport& report, const SampleFacts& facts) {
  const auto& label = facts.annotation.label;
  if (const auto* one = std::get_if<ClassLabel>(&label)) report.classes.add(one->index);
  if (const auto* age = std::get_if<AgeLabel>(&label)) report.ages.add(std::lround(std::clamp(age->years, -1.0F, 1000.0F)));
  if (const auto* attributes = std::get_if<AttributeLabels>(&label)) {
    report.attributes.resize(std::max(report.attributes.size(), attributes->values.size()));
    for (std::size_t i = 0; i < attributes->values.size(); ++i) {
      const auto value = attributes->values[i];
      ++report.attributes[i][value == 0 || value == 1 ? static_cast<std::size_t>(value) : 2];
    }
  }
  if (!facts.pixels.empty()) {
    report.parsing_pixels.resize(256);
    report.parsing_samples.resize(256);
    for (std::size_t i = 0; i < facts.pixels.size(); ++i) {
      report.parsing_pixels[i] += facts.pixels[i];
      report.parsing_samples[i] += facts.pixels[i] > 0 ? 1 : 0;
    }
  }
  if (const auto* landmarks = std::get_if<LandmarkLabels>(&label)) {
    report.points.add(static_cast<std::int64_t>(landmarks->points.size()));
    report.points_total += static_cast<std::int64_t>(landmarks->points.size());
    report.points_hidden += std::count(landmarks->visible.begin(), landmarks->visible.end(), std::uint8_t{0});
    report.points_outside += facts.outside;
  }
}

/// The ranges of all samples together, added up in their order: sums of floating-point numbers depend on it.
void summarise_ranges(DatasetReport& report, const std::vector<std::vector<std::array<double, 3>>>& samples) {
  std::size_t count = 0;
  for (const auto& ranges : samples) {
    if (ranges.empty()) continue;
    if (count++ == 0) {
      report.values = ranges;
      continue;
    }
    for (std::size_t i = 0; i < std::min(ranges.size(), report.values.size()); ++i) {
      auto& [smallest, sum, largest] = report.values[i];
      smallest = std::min(smallest, ranges[i][0]);
      sum += ranges[i][1];
      largest = std::max(largest, ranges[i][2]);
    }
  }
  for (auto& [smallest, mean, largest] : report.values) mean /= static_cast<double>(count);
}

std::vector<std::size_t> spread_indices(std::size_t size, std::size_t limit) {
  const auto count = limit == 0 ? size : std::min(size, limit);
  std::vector<std::size_t> indices(count);
  for (std::size_t i = 0; i < count; ++i) indices[i] = i * size / count;
  return indices;
}

}  // namespace detail

std::int64_t Tally::total() const noexcept {
  std::int64_t sum = 0;
  for (const auto& [value, times] : counts_) sum += times;
  return sum;
}

std::int64_t Tally::median() const noexcept {
  auto left = (total() + 1) / 2;
  for (const auto& [value, times] : counts_) {
    left -= times;
    if (left <= 0) return value;
  }
  return 0;
}

DatasetReport check_dataset(const Dataset& dataset, const CheckOptions& options) {
  if (options.threads < 0 || !(options.tiny_face >= 0)) {
    throw Error(ErrorCode::argument, "data: options of a check must not be negative")
        .found(fmt::format("threads {}, tiny_face {}", options.threads, options.tiny_face));
  }
  if (dataset.size() == 0) {
    throw Error(ErrorCode::argument, "data: the data set is empty")
        .where(fmt::format("{} {} in {}", dataset.info().format, dataset.info().split, dataset.info().root.string()));
  }
  DatasetReport report;
  report.info = dataset.info();
  report.samples = dataset.size();
  const auto indices = detail::spread_indices(dataset.size(), options.limit);
  report.examined = indices.size();

  std::mutex mutex;
  std::size_t done = 0;
  std::unordered_map<std::string, std::vector<std::size_t>> samples_by_name;
  std::vector<std::vector<std::array<double, 3>>> ranges(indices.size());
  parallel_for(indices.size(), options.threads, [&](std::size_t i) {
    auto facts = detail::examine(dataset, indices[i], options.tiny_face);
    const std::lock_guard lock(mutex);
    if (!facts.annotation.name.empty()) samples_by_name[facts.annotation.name].push_back(indices[i]);
    std::move(facts.findings.begin(), facts.findings.end(), std::back_inserter(report.findings));
    if (facts.readable) {
      ++report.readable;
      report.widths.add(facts.width);
      report.heights.add(facts.height);
      if (const auto& box = facts.annotation.box; box && box->valid()) {
        report.faces.add(std::lround(std::min({box->width(), box->height(), 1e9F})));
      }
      detail::tally_label(report, facts);
      ranges[i] = std::move(facts.ranges);
    }
    if (options.progress) options.progress(++done, indices.size());
  });

  for (auto& [name, samples] : samples_by_name) {
    std::sort(samples.begin(), samples.end());
    for (std::size_t i = 1; i < samples.size(); ++i) {
      report.findings.push_back({FindingKind::duplicate_name, samples[i], name, fmt::format("sample {} has this name too", samples[0])});
    }
  }
  std::sort(report.findings.begin(), report.findings.end(),
            [](const Finding& a, const Finding& b) { return std::pair(a.index, a.kind) < std::pair(b.index, b.kind); });
  detail::summarise_ranges(report, ranges);
  const auto classes = static_cast<std::size_t>(std::max<std::int64_t>(0, dataset.info().classes));
  if (!report.parsing_pixels.empty() && classes > 0) {
    report.parsing_pixels.resize(classes);
    report.parsing_samples.resize(classes);
  }
  return report;
}

}  // namespace faceptor::datasets

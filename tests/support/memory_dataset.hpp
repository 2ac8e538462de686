#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/transforms/chain.hpp>

/// A data set that lies in memory: small pictures of one colour that tells the index.
class MemoryDataset final : public faceptor::datasets::Dataset {
 public:
  /// @param labels   one for each sample
  /// @param classes  as `DatasetInfo::classes`
  MemoryDataset(std::string name, std::vector<faceptor::datasets::Label> labels, std::int64_t classes = 0) : labels_(std::move(labels)) {
    info_.format = std::move(name);
    info_.root = "memory";
    info_.classes = classes;
    if (!labels_.empty()) info_.kind = faceptor::datasets::kind_of(labels_.front());
  }

  const faceptor::datasets::DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return labels_.size(); }
  faceptor::datasets::Annotation annotation(std::size_t index) const override {
    return {info_.format + " " + std::to_string(index), labels_.at(index), {}, {}, {}};
  }
  faceptor::datasets::Sample read(std::size_t index) const override {
    if (on_read) on_read(index);
    faceptor::Image image(4, 2);
    for (auto& value : image.pixels()) value = static_cast<std::uint8_t>(index);
    return {annotation(index), std::move(image)};
  }

  /// Called for each sample that is read: to wait, or to throw.
  std::function<void(std::size_t)> on_read;
  faceptor::datasets::DatasetInfo& changeable_info() { return info_; }

 private:
  std::vector<faceptor::datasets::Label> labels_;
  faceptor::datasets::DatasetInfo info_;
};

/// A preparation: a crop of that side whose values tell the picture's colour and a random number.
inline std::function<faceptor::transforms::Prepared(const faceptor::datasets::Sample&, faceptor::Random)> plain_crop(int side) {
  return [side](const faceptor::datasets::Sample& sample, faceptor::Random random) {
    faceptor::transforms::Prepared prepared;
    prepared.size = {side, side};
    const auto colour = static_cast<float>(*sample.image.at(0, 0));
    prepared.image.resize(static_cast<std::size_t>(3 * side * side));
    for (auto& value : prepared.image) value = colour + static_cast<float>(random.uniform());
    prepared.label = sample.label;
    prepared.further = sample.further;
    prepared.name = sample.name;
    return prepared;
  };
}

/// An error as a reader gives it for one record.
inline faceptor::Error broken_record(std::size_t index) {
  return faceptor::Error(faceptor::ErrorCode::format, "data: the picture is broken").where("record " + std::to_string(index));
}

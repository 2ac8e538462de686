#pragma once

#include <algorithm>
#include <cstring>

#include <faceptor/train/communicator.hpp>

namespace faceptor::train {

FACEPTOR_INLINE std::unique_ptr<Communicator::Pending> SingleProcess::start_sum(const torch::Tensor&) {
  struct Done : Pending {
    void wait() override {}
  };
  return std::make_unique<Done>();
}

FACEPTOR_INLINE std::vector<std::string> gather_texts(Communicator& processes, const std::string& mine) {
  // A sum of tables in which each process fills its own row.
  const auto lengths = torch::zeros({processes.size()}, torch::kInt64);
  lengths[processes.rank()] = static_cast<std::int64_t>(mine.size());
  processes.sum(std::span(&lengths, 1));
  const auto* length = lengths.const_data_ptr<std::int64_t>();
  const auto longest = *std::max_element(length, length + processes.size());
  std::vector<std::string> texts(static_cast<std::size_t>(processes.size()));
  if (longest == 0) return texts;
  const auto table = torch::zeros({processes.size(), longest}, torch::kUInt8);
  auto* bytes = reinterpret_cast<char*>(table.data_ptr<std::uint8_t>());
  if (!mine.empty()) std::memcpy(bytes + processes.rank() * longest, mine.data(), mine.size());
  processes.sum(std::span(&table, 1));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i].assign(bytes + static_cast<std::int64_t>(i) * longest, static_cast<std::size_t>(length[i]));
  }
  return texts;
}

}  // namespace faceptor::train

#pragma once

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include <faceptor/analyze/pass_memory.hpp>
#include <faceptor/model/face_model.hpp>
#include <faceptor/tasks/task_list.hpp>

namespace faceptor {

FACEPTOR_INLINE std::int64_t pass_memory_of_face(FaceModel& model, const View& view, std::span<const std::size_t> tasks) {
  // Of a transformer's block, in widths a token: what came in, its norm, queries, keys and values, attention, and the four times wider
  // middle of the MLP before and after its activation. Maps have a quarter of the stride.
  constexpr std::int64_t kBytes = 4, kBlockWidths = 14;
  const auto& backbone = model.backbone();
  const auto cells_of = [&](std::int64_t stride) {
    return std::max<std::int64_t>(1, view.width() / stride) * std::max<std::int64_t>(1, view.height() / stride);
  };
  std::int64_t block = 0, kept = 0, maps = 0;
  for (std::int64_t level = 0; level < backbone.levels(); ++level) {
    const auto numbers = cells_of(backbone.stride(level)) * backbone.width(level);
    block = std::max(block, kBlockWidths * numbers);
    kept += numbers;
  }
  for (const auto task : tasks) {
    const auto& spec = model.tasks()[task].spec();
    if (!spec.maps()) continue;
    const auto cells = 16 * cells_of(backbone.stride(backbone.levels() - 1));
    maps = std::max(maps, model.map_channels(task) * cells);
    kept += static_cast<std::int64_t>(spec.outputs) * cells;
  }
  const auto crop = std::int64_t{3} * view.width() * view.height();
  return kBytes * (crop + kept + std::max(block, maps));
}

FACEPTOR_INLINE std::int64_t machine_memory() {
  const auto pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
  std::int64_t memory = pages > 0 && page > 0 ? std::int64_t{pages} * page : 0;
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream file(path);
    if (std::int64_t limit = 0; file >> limit && limit > 0) memory = memory > 0 ? std::min(memory, limit) : limit;
  }
  return memory;
}

}  // namespace faceptor

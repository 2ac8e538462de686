#pragma once

#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/heads/head_registry.hpp>

namespace faceptor::heads {

FACEPTOR_INLINE LevelShapes HeadContext::levels(std::vector<int64_t> chosen, std::vector<int64_t> (*otherwise)(int64_t)) const {
  LevelShapes shapes{chosen.empty() ? otherwise(backbone.levels()) : std::move(chosen), {}, {}};
  for (const auto level : shapes.levels) {
    if (level < 0 || level >= backbone.levels()) {
      throw Error(ErrorCode::argument, "naive faceptor: a head reads a level that the backbone doesn't have")
          .expected("0 to " + std::to_string(backbone.levels() - 1))
          .found(std::to_string(level));
    }
    shapes.widths.push_back(backbone.width(level));
    shapes.strides.push_back(backbone.stride(level));
  }
  return shapes;
}

FACEPTOR_INLINE Registry<HeadType>& head_registry() {
  static Registry<HeadType> heads("head", "heads::register_head<Head>(), or by the output kind that makes it");
  return heads;
}

}  // namespace faceptor::heads

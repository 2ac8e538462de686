#pragma once

#include <faceptor/heads/head.hpp>
#include <faceptor/heads/output_kinds.hpp>
#include <faceptor/heads/standard_heads.hpp>

namespace faceptor {

FACEPTOR_INLINE std::shared_ptr<heads::Head> DenseMap::make_head(const heads::HeadContext& context) {
  const auto chosen = context.levels(context.sizes.dense_levels, heads::dense_levels);
  return std::make_shared<heads::DenseHeadImpl>(
      heads::DenseHeadOptions(chosen.levels, chosen.widths, chosen.strides, context.outputs).channels(context.sizes.dense_channels));
}

FACEPTOR_INLINE std::shared_ptr<heads::Head> AttributeVector::make_head(const heads::HeadContext& context) {
  const auto chosen = context.levels(context.sizes.attribute_levels, heads::attribute_levels);
  return std::make_shared<heads::AttributeHeadImpl>(
      heads::AttributeHeadOptions(chosen.levels, chosen.widths, context.outputs).hidden(context.sizes.attribute_hidden));
}

FACEPTOR_INLINE std::shared_ptr<heads::Head> Embedding::make_head(const heads::HeadContext& context) {
  const auto last = context.backbone.levels() - 1;
  return std::make_shared<heads::EmbeddingHeadImpl>(heads::EmbeddingHeadOptions(context.backbone.width(last), last, context.outputs));
}

}  // namespace faceptor

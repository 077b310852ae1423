"""Prints what the packages genai-prices and litellm know, as JSON. See facts.rs."""
import datetime
import importlib.metadata
import importlib.util
import json
import os
from decimal import ROUND_CEILING, Decimal

from genai_prices.data import providers


def plain(value):
    if isinstance(value, Decimal):
        if value.as_tuple().exponent < -9:  # the book counts in nano-dollars, and never rounds down
            value = value.quantize(Decimal('1e-9'), rounding=ROUND_CEILING)
        text = format(value, 'f')
        return text.rstrip('0').rstrip('.') if '.' in text else text
    if isinstance(value, datetime.time):
        assert value.tzinfo in (None, datetime.UTC), value
        return value.strftime('%H:%M')
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if hasattr(value, '__dict__'):
        fields = {key: plain(item) for key, item in vars(value).items() if item is not None}
        return {'kind': type(value).__name__, **fields}
    return value


def seller(provider):
    keep = ('id', 'match', 'context_window', 'prices', 'price_variants')
    models = [{key: plain(getattr(model, key)) for key in keep} for model in provider.models]
    return {'id': provider.id, 'name': provider.name, 'urls': provider.pricing_urls, 'models': models}


place = os.path.dirname(importlib.util.find_spec('litellm').origin)
limits = json.load(open(os.path.join(place, 'model_prices_and_context_window_backup.json')))
print(json.dumps({
    'today': datetime.date.today().isoformat(),
    'versions': {name: importlib.metadata.version(name) for name in ('genai-prices', 'litellm')},
    'providers': [seller(provider) for provider in providers],
    'limits': [
        {'name': name, 'provider': entry.get('litellm_provider'), 'max_output': entry.get('max_output_tokens')}
        for name, entry in limits.items() if isinstance(entry.get('max_output_tokens'), int)
    ],
}))

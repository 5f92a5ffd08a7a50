"""The region of a country: the five of the United Nations' M49 standard, by English names.

Names are compared without case, marks and the words around them, so that "Cote d'Ivoire" and
"Côte d’Ivoire", "Gambia" and "The Gambia" are one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

M49 = {
    "Africa": """Algeria; Angola; Benin; Botswana; British Indian Ocean Territory; Burkina Faso;
        Burundi; Cabo Verde; Cape Verde; Cameroon; Central African Republic; Chad; Comoros; Congo;
        Democratic Republic of the Congo; Cote d'Ivoire; Ivory Coast; Djibouti; Egypt;
        Equatorial Guinea; Eritrea; Eswatini; Swaziland; Ethiopia; French Southern Territories;
        Gabon; Gambia; Ghana; Guinea; Guinea-Bissau; Kenya; Lesotho; Liberia; Libya;
        Libyan Arab Jamahiriya; Madagascar; Malawi; Mali; Mauritania; Mauritius; Mayotte; Morocco;
        Mozambique; Namibia; Niger; Nigeria; Reunion; Rwanda; Saint Helena; Sao Tome and Principe;
        Senegal; Seychelles; Sierra Leone; Somalia; South Africa; South Sudan; Sudan; Tanzania;
        Togo; Tunisia; Uganda; Western Sahara; Zambia; Zimbabwe""",
    "Americas": """Anguilla; Antigua and Barbuda; Argentina; Aruba; Bahamas; Barbados; Belize;
        Bermuda; Bolivia; Bonaire; Bouvet Island; Brazil; British Virgin Islands;
        Virgin Islands, British; Virgin Islands, U.S.; Canada; Cayman Islands; Chile; Colombia;
        Costa Rica; Cuba; Curacao; Dominica; Dominican Republic; Ecuador; El Salvador;
        Falkland Islands; French Guiana; Greenland; Grenada; Guadeloupe; Guatemala; Guyana; Haiti;
        Honduras; Jamaica; Martinique; Mexico; Montserrat; Nicaragua; Panama; Paraguay; Peru;
        Puerto Rico; Saint Barthelemy; Saint Kitts and Nevis; Saint Lucia; Saint Martin;
        Saint Pierre and Miquelon; Saint Vincent and the Grenadines; Sint Maarten;
        South Georgia and the South Sandwich Islands; Suriname; Trinidad and Tobago;
        Turks and Caicos Islands; United States; United States of America; Uruguay; Venezuela""",
    "Asia": """Afghanistan; Armenia; Azerbaijan; Bahrain; Bangladesh; Bhutan; Brunei;
        Brunei Darussalam; Cambodia; China; Cyprus; Georgia; Hong Kong; India; Indonesia; Iran;
        Islamic Republic of Iran; Iraq; Israel; Japan; Jordan; Kazakhstan; North Korea;
        Democratic People's Republic of Korea; South Korea; Republic of Korea; Korea; Kuwait;
        Kyrgyzstan; Kyrgyz Republic; Laos; Lao People's Democratic Republic; Lebanon; Macao;
        Malaysia; Maldives; Mongolia; Myanmar; Nepal; Oman; Pakistan; Palestine;
        Palestinian Territory; Philippines; Qatar; Saudi Arabia; Singapore; Sri Lanka; Syria;
        Syrian Arab Republic; Taiwan; Tajikistan; Thailand; Timor-Leste; Turkey; Turkiye;
        Turkmenistan; United Arab Emirates; Uzbekistan; Vietnam; Viet Nam; Yemen""",
    "Europe": """Aland Islands; Albania; Andorra; Austria; Belarus; Belgium;
        Bosnia and Herzegovina; Bulgaria; Croatia; Czechia; Czech Republic; Denmark; Estonia;
        Faroe Islands; Finland; France; Germany; Gibraltar; Greece; Guernsey; Vatican City;
        Holy See; Hungary; Iceland; Ireland; Isle of Man; Italy; Jersey; Latvia; Liechtenstein;
        Lithuania; Luxembourg; Malta; Moldova; Monaco; Montenegro; Netherlands; North Macedonia;
        Macedonia; Norway; Poland; Portugal; Romania; Russia; Russian Federation; San Marino;
        Serbia; Slovakia; Slovenia; Spain; Svalbard and Jan Mayen Islands; Svalbard and Jan Mayen;
        Sweden; Switzerland; Ukraine; United Kingdom""",
    "Oceania": """American Samoa; Australia; Christmas Island; Cocos (Keeling) Islands;
        Cook Islands; Fiji; French Polynesia; Guam; Heard Island and McDonald Islands; Kiribati;
        Marshall Islands; Micronesia; Nauru; New Caledonia; New Zealand; Niue; Norfolk Island;
        Northern Mariana Islands; Palau; Papua New Guinea; Pitcairn Islands; Samoa;
        Solomon Islands; Tokelau; Tonga; Tuvalu; United States Minor Outlying Islands; Vanuatu;
        Wallis and Futuna""",
}


def region(country: str) -> str | None:
    """ "Africa", "Americas", "Asia", "Europe" or "Oceania"; None for a name that is not known."""
    return _regions().get(_plain(country))


@cache
def _regions() -> dict[str, str]:
    return {_plain(name): where for where, names in M49.items() for name in names.split(";")}


def _plain(name: str) -> str:
    """Letters alone, without marks, brackets and the article."""
    bare = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)", " ", name)).lower()
    return "".join(re.findall(r"[a-z]", re.sub(r"^\s*the\s", "", bare)))
